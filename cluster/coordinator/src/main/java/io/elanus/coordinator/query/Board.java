package io.elanus.coordinator.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** What is served of every collection at present, and where it should be instead. */
final class Board {
  private final Map<Long, Serving> servings = new ConcurrentHashMap<>();
  private final PlacedWeights weights = new PlacedWeights();
  private final Map<Long, Long> wanted = new ConcurrentHashMap<>();
  private final Set<Long> leaving = ConcurrentHashMap.newKeySet();
  private final Cuts cuts = new Cuts(System::nanoTime);

  Serving serving(long collectionId) {
    return servings.getOrDefault(collectionId, Serving.NOTHING);
  }

  boolean serves(long collectionId) {
    return servings.containsKey(collectionId);
  }

  void update(long collectionId, UnaryOperator<Serving> change) {
    servings.compute(
        collectionId,
        (id, known) -> {
          Serving before = known == null ? Serving.NOTHING : known;
          Serving after = change.apply(before);
          weights.changed(before.placed(), after.placed());
          return after;
        });
  }

  void remove(long collectionId) {
    update(collectionId, serving -> serving.without(copy -> true));
    servings.remove(collectionId);
  }

  /** What is placed on each of these nodes weighs. */
  Map<Long, Long> nodeWeights(Collection<Long> nodes) {
    return weights.of(nodes);
  }

  /** Every copy that is placed on a node. */
  Set<Serving.Copy> placed() {
    Set<Serving.Copy> placed = new HashSet<>();
    servings.values().forEach(serving -> placed.addAll(serving.placed().keySet()));
    return placed;
  }

  /** Segments in views, where they are. */
  List<Balance.Item> viewed() {
    List<Balance.Item> items = new ArrayList<>();
    servings.forEach((collection, serving) ->
        serving
            .viewed()
            .forEach((segment, node) ->
                Optional.ofNullable(serving.placed().get(new Serving.Copy(segment, node)))
                    .ifPresent(placed ->
                        items.add(
                            new Balance.Item(
                                collection, segment, node, Balance.weight(placed.segment()))))));
    return items;
  }

  /** How many segments the views have on a node. */
  long viewedOn(long node) {
    return servings.values().stream()
        .flatMap(serving -> serving.viewed().values().stream())
        .filter(there -> there == node)
        .count();
  }

  /** The node where a segment should rather be, by segment id. */
  Map<Long, Long> wanted() {
    return Map.copyOf(wanted);
  }

  void want(long segment, long node) {
    wanted.put(segment, node);
  }

  void wantNoMore(Collection<Long> segments) {
    wanted.keySet().removeAll(segments);
  }

  Cuts cuts() {
    return cuts;
  }

  /** Query nodes that should be emptied. */
  Set<Long> leaving() {
    return Set.copyOf(leaving);
  }

  void leaves(long node) {
    leaving.add(node);
  }

  void keepLeaving(Collection<Long> nodes) {
    leaving.retainAll(nodes);
  }
}
