package io.elanus.coordinator.root;

import static io.elanus.coordinator.root.RootDecisions.changed;
import static io.elanus.coordinator.root.RootDecisions.nothing;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.schema.ElanusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Creating and dropping partitions. Both may be repeated. */
final class PartitionRules {
  private PartitionRules() {}

  static Decision<RootEntry, List<Long>> create(
      RootState state, Ddl.CreatePartition command, Fresh fresh) {
    RootEntry.Collection collection = state.collection(command.database(), command.collection());
    if (collection.schema().partitionKey().isPresent()) {
      throw ElanusException.invalid("disable create partition if partition key mode is used");
    }
    if (collection.hasPartition(command.partition())) {
      return nothing();
    }
    if (collection.partitions().size() >= fresh.limits().partitions()) {
      throw tooMany(collection.partitions().size() + 1, fresh.limits());
    }
    CollectionRules.checkCapacity(state, collection.channels().size(), fresh.limits());
    List<Catalogue.Partition> partitions = new ArrayList<>(collection.partitions());
    partitions.add(
        new Catalogue.Partition(fresh.ids().getAsLong(), command.partition(), fresh.timestamp()));
    return changed(List.of(collection.id()), Change.put(collection.withPartitions(partitions)));
  }

  static ElanusException tooMany(int partitions, RootLimits limits) {
    return ElanusException.invalid(
        "partition number ("
            + partitions
            + ") exceeds max configuration ("
            + limits.partitions()
            + ")");
  }

  static Decision<RootEntry, List<Long>> drop(
      RootState state, Ddl.DropPartition command, Facts facts) {
    RootEntry.Collection collection = state.collection(command.database(), command.collection());
    if (collection.schema().partitionKey().isPresent()) {
      throw ElanusException.invalid("disable drop partition if partition key mode is used");
    }
    if (command.partition().equals(Catalogue.DEFAULT_PARTITION)) {
      throw ElanusException.invalid("default partition cannot be deleted");
    }
    Optional<Catalogue.Partition> dropped =
        collection.partitions().stream()
            .filter(partition -> partition.name().equals(command.partition()))
            .findFirst();
    if (dropped.isEmpty()) {
      return nothing();
    }
    if (facts.loaded(dropped.get().id())) {
      throw ElanusException.invalid(
          "partition cannot be dropped, partition is loaded, please release it first");
    }
    List<Catalogue.Partition> remaining = new ArrayList<>(collection.partitions());
    remaining.remove(dropped.get());
    return changed(
        List.of(collection.id()),
        Change.put(collection.withPartitions(remaining)),
        Change.put(
            new RootEntry.DroppedPartition(
                collection.id(), dropped.get().id(), collection.channels())));
  }
}
