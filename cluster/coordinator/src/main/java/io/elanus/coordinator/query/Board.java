package io.elanus.coordinator.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** What is served of every replica at present, and where it should be instead. */
final class Board {
  private final ConcurrentNavigableMap<ReplicaKey, Serving> servings =
      new ConcurrentSkipListMap<>();
  private final PlacedWeights weights = new PlacedWeights();
  private final Map<Spot, Long> wanted = new ConcurrentHashMap<>();

  /** A segment of a replica. */
  private record Spot(ReplicaKey replica, long segment) {}

  private final Set<Long> leaving = ConcurrentHashMap.newKeySet();
  private final Cuts cuts = new Cuts(System::nanoTime);
  private final ReadLoads reads = new ReadLoads();

  Serving serving(ReplicaKey replica) {
    return servings.getOrDefault(replica, Serving.NOTHING);
  }

  /** Of a collection; those of which something is served. */
  Set<ReplicaKey> replicas(long collectionId) {
    return Set.copyOf(
        servings
            .subMap(
                new ReplicaKey(collectionId, Long.MIN_VALUE),
                true,
                new ReplicaKey(collectionId, Long.MAX_VALUE),
                true)
            .keySet());
  }

  boolean serves(long collectionId) {
    return !replicas(collectionId).isEmpty();
  }

  void update(ReplicaKey replica, UnaryOperator<Serving> change) {
    servings.compute(
        replica,
        (key, known) -> {
          Serving before = known == null ? Serving.NOTHING : known;
          Serving after = change.apply(before);
          weights.changed(before.placed(), after.placed());
          return after;
        });
  }

  void remove(ReplicaKey replica) {
    update(replica, serving -> serving.without(copy -> true));
    servings.remove(replica);
  }

  /** Whether another replica of the collection has the copy, too: a node changed sides. */
  boolean isOfAnother(ReplicaKey replica, Serving.Copy copy) {
    return replicas(replica.collection()).stream()
        .filter(other -> !other.equals(replica))
        .anyMatch(other -> serving(other).placed().containsKey(copy));
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
    servings.forEach((replica, serving) ->
        serving
            .viewed()
            .forEach((segment, node) ->
                Optional.ofNullable(serving.placed().get(new Serving.Copy(segment, node)))
                    .ifPresent(placed ->
                        items.add(
                            new Balance.Item(
                                replica, segment, node, Balance.weight(placed.segment()))))));
    return items;
  }

  /** How many segments the views have on a node. */
  long viewedOn(long node) {
    return servings.values().stream()
        .flatMap(serving -> serving.viewed().values().stream())
        .filter(there -> there == node)
        .count();
  }

  /** The node where a segment of the replica should rather be, by segment id. */
  Map<Long, Long> wanted(ReplicaKey replica) {
    Map<Long, Long> ofReplica = new TreeMap<>();
    wanted.forEach((spot, node) -> {
      if (spot.replica().equals(replica)) {
        ofReplica.put(spot.segment(), node);
      }
    });
    return ofReplica;
  }

  void want(Balance.Move move) {
    wanted.put(new Spot(move.replica(), move.segment()), move.to());
  }

  void wantNoMore(Collection<Balance.Move> moves) {
    moves.forEach(move -> wanted.remove(new Spot(move.replica(), move.segment())));
  }

  ReadLoads reads() {
    return reads;
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
