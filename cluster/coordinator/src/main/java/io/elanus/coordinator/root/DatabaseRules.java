package io.elanus.coordinator.root;

import static io.elanus.coordinator.root.RootDecisions.changed;
import static io.elanus.coordinator.root.RootDecisions.nothing;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Creating, altering and dropping databases. Which of it may be repeated: {@link Ddl}. */
final class DatabaseRules {
  private DatabaseRules() {}

  static Decision<RootEntry, List<Long>> create(
      RootState state, Ddl.CreateDatabase command, Fresh fresh) {
    if (state.findDatabase(command.database()).isPresent()) {
      throw ElanusException.invalid("database already exist: " + command.database());
    }
    if (state.databases().size() >= fresh.limits().databases()) {
      throw new ElanusException(ErrorCode.DATABASE_LIMIT).with("limit", fresh.limits().databases());
    }
    return changed(
        List.of(),
        Change.put(
            new RootEntry.Database(
                fresh.ids().getAsLong(),
                command.database(),
                fresh.timestamp(),
                command.properties())));
  }

  static Decision<RootEntry, List<Long>> drop(RootState state, Ddl.DropDatabase command) {
    if (command.database().equals(Catalogue.DEFAULT_DATABASE)) {
      throw ElanusException.invalid("can not drop default database");
    }
    Optional<RootEntry.Database> database = state.findDatabase(command.database());
    if (database.isEmpty()) {
      return nothing();
    }
    if (!state.collections(database.get().id()).isEmpty()) {
      throw ElanusException.invalid(
          "database:"
              + command.database()
              + " not empty, must drop all collections before drop database");
    }
    return changed(List.of(), Change.remove(database.get()));
  }

  static Decision<RootEntry, List<Long>> alter(RootState state, Ddl.AlterDatabase command) {
    if (command.set().isEmpty() && command.delete().isEmpty()) {
      throw ElanusException.invalid(
          "alter database with empty properties and delete keys,"
              + " expected to set either properties or delete keys");
    }
    if (!command.set().isEmpty() && !command.delete().isEmpty()) {
      throw ElanusException.invalid(
          "alter database cannot modify properties and delete keys at the same time");
    }
    RootEntry.Database database = state.database(command.database());
    Map<String, String> properties =
        altered(database.properties(), command.set(), command.delete());
    List<Long> collections =
        state.collections(database.id()).stream().map(RootEntry.Collection::id).toList();
    return changed(
        collections,
        Change.put(
            new RootEntry.Database(
                database.id(), database.name(), database.createdTimestamp(), properties)));
  }

  static Map<String, String> altered(
      Map<String, String> properties, Map<String, String> set, List<String> delete) {
    Map<String, String> altered = new TreeMap<>(properties);
    altered.putAll(set);
    delete.forEach(altered::remove);
    return altered;
  }
}
