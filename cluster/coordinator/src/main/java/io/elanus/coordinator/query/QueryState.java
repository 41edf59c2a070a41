package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Wishes in memory. */
final class QueryState implements State<QueryEntry> {
  private final Map<Long, Wish> wishes = new TreeMap<>();

  @Override
  public void apply(Change<QueryEntry> change) {
    switch (change.entry()) {
      case Wish wish when change instanceof Change.Put -> wishes.put(wish.collectionId(), wish);
      case Wish wish -> wishes.remove(wish.collectionId());
    }
  }

  Optional<Wish> wish(long collectionId) {
    return Optional.ofNullable(wishes.get(collectionId));
  }

  List<Long> collections() {
    return List.copyOf(wishes.keySet());
  }
}
