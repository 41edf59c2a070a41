package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.State;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Wishes, and what replicas were assigned, in memory. */
final class QueryState implements State<QueryEntry> {
  private final Map<Long, Wish> wishes = new TreeMap<>();
  private final NavigableMap<ReplicaKey, Assigned> assigned = new TreeMap<>();

  @Override
  public void apply(Change<QueryEntry> change) {
    boolean put = change instanceof Change.Put;
    switch (change.entry()) {
      case Wish wish when put -> wishes.put(wish.collectionId(), wish);
      case Wish wish -> wishes.remove(wish.collectionId());
      case Assigned replica when put -> assigned.put(replica.replica(), replica);
      case Assigned replica -> assigned.remove(replica.replica());
    }
  }

  Optional<Wish> wish(long collectionId) {
    return Optional.ofNullable(wishes.get(collectionId));
  }

  List<Long> collections() {
    return List.copyOf(wishes.keySet());
  }

  Optional<Assigned> assigned(ReplicaKey replica) {
    return Optional.ofNullable(assigned.get(replica));
  }

  /** Of one collection. */
  List<Assigned> assigned(long collectionId) {
    return List.copyOf(
        assigned
            .subMap(
                new ReplicaKey(collectionId, Long.MIN_VALUE),
                true,
                new ReplicaKey(collectionId, Long.MAX_VALUE),
                true)
            .values());
  }

  /** Of all collections. */
  List<Assigned> assigned() {
    return List.copyOf(assigned.values());
  }
}
