package io.elanus.coordinator.root;

import static io.elanus.coordinator.root.RootDecisions.changed;
import static io.elanus.coordinator.root.RootDecisions.nothing;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Ddl;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;

/** Creating, altering and dropping aliases. Which of it may be repeated: {@link Ddl}. */
final class AliasRules {
  private AliasRules() {}

  static Decision<RootEntry, List<Long>> create(RootState state, Ddl.CreateAlias command) {
    RootEntry.Database database = state.database(command.database());
    if (state.named(database.id(), command.alias()).isPresent()) {
      throw conflict(command.database(), command.alias());
    }
    RootEntry.Collection target = target(state, database, command.collection());
    Optional<RootEntry.Alias> existing = state.alias(database.id(), command.alias());
    if (existing.isPresent()) {
      if (existing.get().collectionId() == target.id()) {
        return nothing();
      }
      String other =
          state.find(existing.get().collectionId()).map(RootEntry.Collection::name).orElse("");
      throw new ElanusException(
              ErrorCode.ALIAS_EXISTS, command.alias() + " is alias to another collection: " + other)
          .with("database", command.database())
          .with("alias", command.alias());
    }
    return changed(
        List.of(target.id()),
        Change.put(new RootEntry.Alias(database.id(), command.alias(), target.id())));
  }

  static Decision<RootEntry, List<Long>> alter(RootState state, Ddl.AlterAlias command) {
    RootEntry.Database database = state.database(command.database());
    if (state.named(database.id(), command.alias()).isPresent()) {
      throw conflict(command.database(), command.alias());
    }
    RootEntry.Alias existing = existing(state, database, command.alias());
    RootEntry.Collection target = target(state, database, command.collection());
    if (existing.collectionId() == target.id()) {
      return nothing();
    }
    return changed(
        List.of(existing.collectionId(), target.id()),
        Change.put(new RootEntry.Alias(database.id(), command.alias(), target.id())));
  }

  static Decision<RootEntry, List<Long>> drop(RootState state, Ddl.DropAlias command) {
    RootEntry.Alias existing = existing(state, state.database(command.database()), command.alias());
    return changed(List.of(existing.collectionId()), Change.remove(existing));
  }

  private static RootEntry.Alias existing(
      RootState state, RootEntry.Database database, String alias) {
    return state
        .alias(database.id(), alias)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.ALIAS_NOT_FOUND)
                .with("database", database.name())
                .with("alias", alias));
  }

  /** An alias of an alias is refused. */
  private static RootEntry.Collection target(
      RootState state, RootEntry.Database database, String collection) {
    if (state.alias(database.id(), collection).isPresent()) {
      throw conflict(database.name(), collection);
    }
    return state
        .named(database.id(), collection)
        .orElseThrow(() -> RootState.collectionNotFound(database.name(), collection));
  }

  static ElanusException conflict(String database, String alias) {
    return new ElanusException(ErrorCode.ALIAS_NAME_CONFLICT)
        .with("database", database)
        .with("alias", alias);
  }
}
