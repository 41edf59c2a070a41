package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What load and release make of a wish. Both may be repeated. The answer: whether it changed. */
final class LoadRules {
  private LoadRules() {}

  static Decision<QueryEntry, Boolean> load(
      QueryState state, QueryCoord.Load load, long replicaId) {
    if (load.replicas() > 1) {
      throw new ElanusException(
              ErrorCode.RESOURCE_INSUFFICIENT, "when load " + load.replicas() + " replica count")
          .with("collection", load.collectionId());
    }
    Optional<Wish> before = state.wish(load.collectionId());
    if (before.isEmpty()) {
      return put(new Wish(load.collectionId(), load.partitions(), load.fields(), replicaId));
    }
    Wish wish = before.get();
    if (!wish.fields().equals(load.fields())) {
      throw ElanusException.invalid("can't change the load field list for loaded collection now");
    }
    Set<Long> partitions = new TreeSet<>();
    if (!wish.partitions().isEmpty() && !load.partitions().isEmpty()) {
      partitions.addAll(wish.partitions());
      partitions.addAll(load.partitions());
    }
    Wish wider = new Wish(wish.collectionId(), partitions, wish.fields(), wish.replicaId());
    return wider.equals(wish) ? Decision.answer(false) : put(wider);
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
      return new Decision<>(true, List.of(Change.remove(wish)));
    }
    return put(new Wish(collectionId, remaining, wish.fields(), wish.replicaId()));
  }

  private static Decision<QueryEntry, Boolean> put(Wish wish) {
    return new Decision<>(true, List.of(Change.put(wish)));
  }
}
