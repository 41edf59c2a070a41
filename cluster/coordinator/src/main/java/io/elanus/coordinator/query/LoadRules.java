package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.ResourceGroups;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What load and release make of a wish. Both may be repeated. The answer: whether it changed. */
final class LoadRules {
  private LoadRules() {}

  /**
   * @param ids fresh ones for the replicas, one each
   */
  static Decision<QueryEntry, Boolean> load(
      QueryState state, QueryCoord.Load load, List<Long> ids) {
    Optional<Wish> before = state.wish(load.collectionId());
    if (before.isEmpty()) {
      return put(
          new Wish(
              load.collectionId(),
              load.partitions(),
              load.fields(),
              ids.getFirst(),
              ids.subList(1, ids.size()),
              load.groups()));
    }
    Wish wish = before.get();
    if (wish.replicas().size() != ids.size()) {
      throw ElanusException.invalid("can't change the replica number for loaded partitions");
    }
    if (!wish.fields().equals(load.fields())) {
      throw ElanusException.invalid("can't change the load field list for loaded collection now");
    }
    Set<Long> partitions = new TreeSet<>();
    if (!wish.partitions().isEmpty() && !load.partitions().isEmpty()) {
      partitions.addAll(wish.partitions());
      partitions.addAll(load.partitions());
    }
    Wish wider = wish.of(partitions);
    List<String> groups = groups(load);
    if (!groups.isEmpty() && !sorted(groups).equals(sorted(wish.groupOfEach()))) {
      wider = wider.in(groups);
    }
    return wider.equals(wish) ? Decision.answer(false) : put(wider);
  }

  /** One for each replica; none where the load names none. */
  static List<String> groups(QueryCoord.Load load) {
    return load.groups().size() == 1
        ? Collections.nCopies(Math.max(1, load.replicas()), load.groups().getFirst())
        : load.groups();
  }

  private static List<String> sorted(List<String> names) {
    return names.stream().sorted().toList();
  }

  /** The last ones of the source go: the first replica is the least easily replaced. */
  static Decision<QueryEntry, Boolean> transfer(
      QueryState state, ResourceGroups.Command.TransferReplicas command) {
    GroupRules.known(state, command.source());
    GroupRules.known(state, command.target());
    GroupRules.checkDifferent(command.source(), command.target());
    if (command.count() <= 0) {
      throw new ElanusException(ErrorCode.INVALID_PARAMETER)
          .with("expected", "NumReplica > 0")
          .with("actual", "invalid NumReplica " + command.count());
    }
    Wish wish =
        state
            .wish(command.collectionId())
            .orElseThrow(() ->
                new ElanusException(ErrorCode.INVALID_PARAMETER)
                    .with("expected", "Collection not loaded")
                    .with("actual", "collectionID " + command.collectionId()));
    List<String> groups = new ArrayList<>(wish.groupOfEach());
    long inSource = groups.stream().filter(command.source()::equals).count();
    if (inSource < command.count()) {
      throw ElanusException.invalid(
          "only found [%d] replicas in source resource group[%s]"
              .formatted(inSource, command.source()));
    }
    for (long moved = 0; moved < command.count(); moved++) {
      groups.set(groups.lastIndexOf(command.source()), command.target());
    }
    return put(wish.in(groups));
  }

  /**
   * @param released empty: everything
   * @param existing partitions of the collection
   */
  static Decision<QueryEntry, Boolean> release(
      QueryState state, long collectionId, Set<Long> released, Set<Long> existing) {
    Optional<Wish> before = state.wish(collectionId);
    if (before.isEmpty()) {
      return Decision.answer(false);
    }
    Wish wish = before.get();
    Set<Long> remaining = new TreeSet<>();
    if (!released.isEmpty()) {
      remaining.addAll(wish.partitions().isEmpty() ? existing : wish.partitions());
      if (!remaining.removeAll(released)) {
        return Decision.answer(false);
      }
    }
    if (remaining.isEmpty()) {
      List<Change<QueryEntry>> gone = new ArrayList<>();
      gone.add(Change.remove(wish));
      state.assigned(collectionId).forEach(replica -> gone.add(Change.remove(replica)));
      return new Decision<>(true, gone);
    }
    return put(wish.of(remaining));
  }

  /** Records who has which nodes; the answer: what it was told. */
  static Decision<QueryEntry, List<Assigned>> assign(QueryState state, List<Assigned> assigned) {
    List<Change<QueryEntry>> changes = new ArrayList<>();
    for (Assigned replica : assigned) {
      if (!state.assigned(replica.replica()).equals(Optional.of(replica))) {
        changes.add(Change.put(replica));
      }
    }
    return new Decision<>(assigned, changes);
  }

  private static Decision<QueryEntry, Boolean> put(Wish wish) {
    return new Decision<>(true, List.of(Change.put(wish)));
  }
}
