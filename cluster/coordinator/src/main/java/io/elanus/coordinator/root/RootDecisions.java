package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Ddl;
import java.util.List;

/**
 * What a command does to the catalogue. The answer is the ids of the collections whose readers must
 * forget what they know.
 */
final class RootDecisions {
  private RootDecisions() {}

  static Decision<RootEntry, List<Long>> decide(
      RootState state, Ddl command, Fresh fresh, Facts facts) {
    return switch (command) {
      case Ddl.CreateDatabase create -> DatabaseRules.create(state, create, fresh);
      case Ddl.DropDatabase drop -> DatabaseRules.drop(state, drop);
      case Ddl.AlterDatabase alter -> DatabaseRules.alter(state, alter);
      case Ddl.CreateCollection create -> CollectionRules.create(state, create, fresh);
      case Ddl.DropCollection drop -> CollectionRules.drop(state, drop);
      case Ddl.RenameCollection rename -> CollectionRules.rename(state, rename);
      case Ddl.AlterCollection alter -> PropertyRules.alter(state, alter, fresh, facts);
      case Ddl.AlterField alter -> FieldRules.alter(state, alter, fresh, facts);
      case Ddl.AddField add -> FieldRules.add(state, add, fresh);
      case Ddl.DropField drop -> FieldRules.drop(state, drop, fresh);
      case Ddl.Truncate truncate -> CollectionRules.truncate(state, truncate, fresh);
      case Ddl.CreatePartition create -> PartitionRules.create(state, create, fresh);
      case Ddl.DropPartition drop -> PartitionRules.drop(state, drop, facts);
      case Ddl.CreateAlias create -> AliasRules.create(state, create);
      case Ddl.AlterAlias alter -> AliasRules.alter(state, alter);
      case Ddl.DropAlias drop -> AliasRules.drop(state, drop);
    };
  }

  static Decision<RootEntry, List<Long>> nothing() {
    return Decision.answer(List.of());
  }

  @SafeVarargs
  static Decision<RootEntry, List<Long>> changed(
      List<Long> collections, Change<RootEntry>... changes) {
    return new Decision<>(collections, List.of(changes));
  }
}
