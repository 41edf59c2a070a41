package io.elanus.node.fakes;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments;
import io.elanus.roles.ShardLeader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Hands off when a test says so. Wishes outlive a restart, placements do not. */
public final class FakeQueryCoord implements QueryCoord {
  private final Directory directory;
  private final Map<Long, Set<Long>> wishes = new ConcurrentHashMap<>();
  private final Map<String, Map<Long, Long>> placed = new ConcurrentHashMap<>();
  private volatile Map<Long, List<Segments.IndexFile>> indexes = Map.of();
  private final Set<Long> apart = ConcurrentHashMap.newKeySet();
  private final List<Cut> cuts = new CopyOnWriteArrayList<>();
  private int turn;
  private boolean moving;

  public FakeQueryCoord(Directory directory) {
    this.directory = directory;
  }

  /** The process died: what nodes held is gone. */
  public void forgetPlacements() {
    placed.clear();
  }

  /** The node is another replica's. */
  public void keepOff(long node) {
    apart.add(node);
  }

  public void setIndexes(Map<Long, List<Segments.IndexFile>> newIndexes) {
    indexes = newIndexes;
  }

  /** What a leader said. */
  public record Cut(long leader, long queryNode) {}

  @Override
  public void cannotReach(long leader, long queryNode) {
    cuts.add(new Cut(leader, queryNode));
  }

  public List<Cut> cuts() {
    return List.copyOf(cuts);
  }

  @Override
  public void load(Load load) {
    wishes.put(load.collectionId(), load.partitions());
    handOff(load.collectionId(), segment -> true);
  }

  /** Every segment goes to another node, if there is one. */
  public void moveAll(long collectionId) {
    turn++;
    moving = true;
    handOff(collectionId, segment -> true);
    moving = false;
  }

  /**
   * Switches every shard to the flushed segments; those of lost nodes are placed anew.
   *
   * @param ready which of the segments that a leader still holds may enter
   */
  public void handOff(long collectionId, Predicate<Segments.Segment> ready) {
    Set<Long> partitions = wishes.get(collectionId);
    if (partitions == null) {
      return;
    }
    Catalogue.Collection collection =
        directory.rootCoord().findCollectionById(collectionId).orElseThrow();
    for (String channel : collection.channels()) {
      handOff(collection, channel, partitions, ready);
    }
  }

  private void handOff(
      Catalogue.Collection collection,
      String channel,
      Set<Long> partitions,
      Predicate<Segments.Segment> ready) {
    Map<Long, Long> before = placed.get(channel);
    Map<Long, Segments.Segment> listed = new TreeMap<>();
    for (Segments.Segment segment : directory.dataCoord().segments(collection.id())) {
      if (segment.channel().equals(channel)
          && segment.state() == Segments.State.FLUSHED
          && (partitions.isEmpty() || partitions.contains(segment.partitionId()))) {
        listed.put(segment.id(), segment);
      }
    }
    Map<Long, Long> placements = new HashMap<>();
    Set<Long> awaited = new HashSet<>();
    for (Segments.Segment segment : listed.values()) {
      boolean here = before != null && before.containsKey(segment.id());
      boolean enters = before == null || here || ready.test(segment);
      if (enters) {
        boolean stays =
            here && !moving && directory.queryNodes().containsKey(before.get(segment.id()));
        placements.put(segment.id(), stays ? before.get(segment.id()) : pick(segment.id()));
      } else {
        awaited.addAll(segment.compactedFrom());
      }
    }
    if (before != null) {
      before.forEach((segment, node) -> {
        if (awaited.contains(segment)) {
          placements.put(segment, node);
        }
      });
    }
    switchTo(collection, channel, partitions, placements, listed);
    Map<Long, Long> gone = new HashMap<>(before == null ? Map.of() : before);
    gone.entrySet().removeAll(placements.entrySet());
    placed.put(channel, placements);
    gone.forEach((segment, node) ->
        Optional.ofNullable(directory.queryNodes().get(node))
            .ifPresent(present -> present.release(List.of(segment))));
  }

  private long pick(long segment) {
    List<Long> nodes =
        directory.queryNodes().keySet().stream().filter(node -> !apart.contains(node)).toList();
    return nodes.get((int) ((segment + turn) % nodes.size()));
  }

  private void switchTo(
      Catalogue.Collection collection,
      String channel,
      Set<Long> partitions,
      Map<Long, Long> placements,
      Map<Long, Segments.Segment> listed) {
    long atLeast = 0;
    for (int attempt = 0; attempt < 5; attempt++) {
      List<Segments.DeleteFile> deletes = directory.dataCoord().deleteFiles(channel);
      long appliedUpTo = Long.MAX_VALUE;
      for (long id : placements.keySet()) {
        Segments.Segment segment = listed.get(id);
        if (segment != null) {
          appliedUpTo = Math.min(appliedUpTo, segment.deletesAppliedUpTo());
          load(collection, segment, placements.get(id), deletes);
        }
      }
      long newest = 0;
      for (Segments.DeleteFile file : deletes) {
        newest = Math.max(newest, file.maxTimestamp());
      }
      long deletesUpTo = appliedUpTo == Long.MAX_VALUE ? atLeast : appliedUpTo;
      Segments.View view =
          new Segments.View(
              channel,
              directory.rootCoord().allocateTimestamps(1).first(),
              partitions,
              placements,
              Math.max(newest, deletesUpTo));
      switch (directory.ownerOf(channel).switchView(view)) {
        case ShardLeader.Done done -> {
          return;
        }
        case ShardLeader.DeletesMissing missing -> atLeast = missing.upTo();
      }
    }
    throw new AssertionError("the view could not be switched");
  }

  private void load(
      Catalogue.Collection collection,
      Segments.Segment segment,
      long node,
      List<Segments.DeleteFile> deletes) {
    directory
        .queryNodes()
        .get(node)
        .load(
            new QueryNode.Load(
                segment,
                collection.schema(),
                Set.of(),
                indexes.getOrDefault(segment.id(), List.of()),
                deletes));
  }

  @Override
  public void release(long collectionId, Set<Long> partitions) {
    wishes.remove(collectionId);
    for (String channel :
        directory.rootCoord().findCollectionById(collectionId).orElseThrow().channels()) {
      directory.ownerOf(channel).dropView(channel);
      Map<Long, Long> gone = placed.remove(channel);
      if (gone != null) {
        gone.forEach((segment, node) -> directory.queryNodes().get(node).release(List.of(segment)));
      }
    }
  }

  @Override
  public Optional<LoadState> loadState(long collectionId) {
    Set<Long> partitions = wishes.get(collectionId);
    return partitions == null
        ? Optional.empty()
        : Optional.of(
            new LoadState(collectionId, partitions, Set.of(), 1, 100, Optional.of(partitions)));
  }

  @Override
  public List<Replica> replicas(long collectionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<Long, List<Long>> placements(long collectionId) {
    Map<Long, List<Long>> all = new HashMap<>();
    placed
        .values()
        .forEach(each -> each.forEach((segment, node) -> all.put(segment, List.of(node))));
    return all;
  }

  @Override
  public void refresh(long collectionId) {
    handOff(collectionId, segment -> true);
  }

  @Override
  public void move(long segmentId, long queryNode) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<Long> draining() {
    return Set.of();
  }

  @Override
  public void drain(long queryNode) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void arrange(Command command) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> resourceGroups() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Group resourceGroup(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dropCollection(long collectionId) {
    wishes.remove(collectionId);
  }
}
