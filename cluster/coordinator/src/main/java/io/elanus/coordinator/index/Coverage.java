package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexCoord.BuildState;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexCoord.Progress;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.ElanusException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which flushed segments have the files of which indexes, and which still need one. */
final class Coverage {
  private static final System.Logger LOG = System.getLogger(Coverage.class.getName());

  private final Ledger<IndexEntry, IndexState> ledger;
  private final Directory directory;
  private final Builder builder;
  private final long smallestRows;

  /**
   * @param smallestRows vector segments with fewer rows need no file
   */
  Coverage(
      Ledger<IndexEntry, IndexState> ledger,
      Directory directory,
      Builder builder,
      long smallestRows) {
    this.ledger = ledger;
    this.directory = directory;
    this.builder = builder;
    this.smallestRows = smallestRows;
  }

  List<Segment> flushed(long collectionId) {
    return directory.dataCoord().flushedSegments(collectionId);
  }

  /** Built, or not needed. */
  private boolean isDone(Catalogue.Collection collection, Definition definition, Segment segment) {
    return !BuildRules.needed(collection.schema(), definition, segment, smallestRows)
        || ledger.read(state -> state.isBuilt(segment.id(), definition.id()));
  }

  /** Has the builds begun that the segments lack. */
  void build(Catalogue.Collection collection, List<Segment> flushed) {
    for (Definition definition : ledger.read(state -> state.definitions(collection.id()))) {
      for (Segment segment : flushed) {
        if (!isDone(collection, definition, segment)) {
          builder.submit(segment, definition);
        }
      }
    }
  }

  Progress progress(Catalogue.Collection collection, Definition definition) {
    long total = 0;
    String failReason = "";
    Map<Long, Long> waiting = new HashMap<>(); // rows by segment
    for (Segment segment : flushed(collection.id())) {
      total += segment.rows();
      if (!isDone(collection, definition, segment)) {
        waiting.put(segment.id(), segment.rows());
        failReason =
            builder.givenUp(segment, definition).map(Builds.Failure::reason).orElse(failReason);
      }
    }
    long indexed = total - waiting.values().stream().mapToLong(Long::longValue).sum();
    BuildState state =
        indexed == total
            ? BuildState.FINISHED
            : failReason.isEmpty() ? BuildState.IN_PROGRESS : BuildState.FAILED;
    return new Progress(
        state,
        failReason,
        indexed,
        total,
        done(state, indexed, total, definition, waiting),
        IndexCoord.Measured.of(
            ledger.read(files -> files.files(collection.id(), definition.id()))));
  }

  private double done(
      BuildState state, long indexed, long total, Definition definition, Map<Long, Long> waiting) {
    return switch (state) {
      case FINISHED -> 1;
      case IN_PROGRESS -> (indexed + built(definition, waiting)) / total;
      case FAILED -> (double) indexed / total;
    };
  }

  /**
   * Rows of the segments that wait, each counted by the share that its build has done; 0 where an
   * index node does not tell.
   */
  private double built(Definition definition, Map<Long, Long> waiting) {
    Map<Long, Double> done = new HashMap<>(); // by segment, the furthest of its builds
    for (IndexNode node : directory.indexNodes().values()) {
      for (IndexNode.Running build : running(node)) {
        if (build.indexId() == definition.id()) {
          done.merge(build.segmentId(), build.done(), Math::max);
        }
      }
    }
    return done.entrySet().stream()
        .mapToDouble(build -> build.getValue() * waiting.getOrDefault(build.getKey(), 0L))
        .sum();
  }

  private static List<IndexNode.Running> running(IndexNode node) {
    try {
      return node.running();
    } catch (ElanusException e) {
      LOG.log(System.Logger.Level.DEBUG, "an index node does not tell how far its builds are", e);
      return List.of();
    }
  }

  /** What could not be built is scanned: it does not hold up the rows. */
  List<Long> complete(long collectionId, List<Long> segments) {
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(collectionId);
    List<Definition> definitions = ledger.read(state -> state.definitions(collectionId));
    if (collection.isEmpty() || definitions.isEmpty() || segments.isEmpty()) {
      return segments;
    }
    Set<Long> asked = new HashSet<>(segments);
    return flushed(collectionId).stream()
        .filter(segment -> asked.contains(segment.id()))
        .filter(segment ->
            definitions.stream()
                .allMatch(definition ->
                    isDone(collection.get(), definition, segment)
                        || builder.givenUp(segment, definition).isPresent()))
        .map(Segment::id)
        .toList();
  }
}
