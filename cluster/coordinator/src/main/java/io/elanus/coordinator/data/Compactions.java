package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.TaskNodes;
import io.elanus.disk.Failpoints;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord.LoadState;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.Timestamps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Plans compactions and has data nodes carry them out, on an executor of low priority. A merge that
 * was begun is in metadata; an unfinished one is done again, to the same target.
 */
final class Compactions {
  private static final System.Logger LOG = System.getLogger(Compactions.class.getName());
  private static final int ATTEMPTS = 3;
  private static final long NOBODY_DELAY_MILLIS = 2000;

  private final Ledger<DataEntry, DataState> ledger;
  private final Directory directory;
  private final DataSettings settings;
  private final CompactionPolicy policy;
  private final LongSupplier wallMillis;
  private final Executor lowPriority;
  private final Background background;
  private final LongConsumer published;
  private final TaskNodes<DataNode> nodes;
  private final CompactionJobs jobs = new CompactionJobs();

  /** Segments that came of rewriting one segment, and when: not rewritten again at once. */
  private final Map<Long, Long> rewrittenMillis = new ConcurrentHashMap<>();

  /**
   * @param published is told the collection after a merge was published
   */
  Compactions(
      Ledger<DataEntry, DataState> ledger,
      Directory directory,
      DataSettings settings,
      LongSupplier wallMillis,
      Executor lowPriority,
      Background background,
      LongConsumer published) {
    this.ledger = ledger;
    this.directory = directory;
    this.settings = settings;
    this.policy = new CompactionPolicy(settings);
    this.wallMillis = wallMillis;
    this.lowPriority = lowPriority;
    this.background = background;
    this.published = published;
    nodes = new TaskNodes<>("data node", directory::dataNodes);
  }

  CompactionJobs jobs() {
    return jobs;
  }

  /** Takes up what an earlier process began. */
  void resume() {
    ledger.read(DataState::merges).forEach(this::submit);
  }

  /** Merges what is worth it; collections may forbid it by a property. */
  void consider(long collectionId) {
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(collectionId);
    if (collection.isPresent() && automatic(collection.get())) {
      List<List<Segment>> groups =
          plan(collection.get(), Optional.empty(), false).stream()
              .filter(group -> group.size() > 1 || !justRewritten(group.getFirst()))
              .toList();
      begin(groups).forEach(this::submit);
    }
  }

  /** Whatever a rewrite leaves behind, the same rows are not written in a circle. */
  private boolean justRewritten(Segment segment) {
    long due = wallMillis.getAsLong() - settings.retentionMillis();
    rewrittenMillis.values().removeIf(millis -> millis < due);
    return rewrittenMillis.containsKey(segment.id());
  }

  private static boolean automatic(Catalogue.Collection collection) {
    String given = collection.properties().get("collection.autocompaction.enabled");
    return given == null || !given.strip().toLowerCase(Locale.ROOT).equals("false");
  }

  /** The id of the job, or -1 when there is nothing to do. */
  long ask(Catalogue.Collection collection, Optional<Long> partitionId) {
    List<DataEntry.Merging> begun = begin(plan(collection, partitionId, true));
    if (begun.isEmpty()) {
      return -1;
    }
    long job = directory.rootCoord().allocateIds(1).first();
    jobs.begin(job, begun);
    begun.forEach(this::submit);
    return job;
  }

  private List<List<Segment>> plan(
      Catalogue.Collection collection, Optional<Long> partitionId, boolean asked) {
    List<Segment> candidates = candidates(collection.id(), partitionId);
    Map<String, List<Segments.DeleteFile>> deletes = new HashMap<>();
    for (String channel : collection.channels()) {
      deletes.put(channel, ledger.read(state -> state.currentDeletes(channel)));
    }
    return policy.plan(candidates, deletes, horizon(), expiredBefore(collection), asked);
  }

  /**
   * Flushed segments that no merge reads and that have been handed off: rows that a leader may
   * still hold as growing ones must not come back under another segment's id.
   */
  private List<Segment> candidates(long collectionId, Optional<Long> partitionId) {
    Optional<LoadState> load = directory.queryCoord().loadState(collectionId);
    Set<Long> placed =
        load.isEmpty() ? Set.of() : directory.queryCoord().placements(collectionId).keySet();
    Set<Long> taken = new HashSet<>(ledger.read(DataState::mergedSources));
    return ledger.read(state -> state.flushed(collectionId)).stream()
        .filter(segment -> partitionId.isEmpty() || partitionId.get() == segment.partitionId())
        .filter(segment -> !taken.contains(segment.id()))
        .filter(segment ->
            load.isEmpty()
                || !wished(load.get(), segment.partitionId())
                || placed.contains(segment.id()))
        .toList();
  }

  private static boolean wished(LoadState load, long partitionId) {
    return load.partitions().isEmpty() || load.partitions().contains(partitionId);
  }

  private long horizon() {
    return Timestamps.of(Math.max(0, wallMillis.getAsLong() - settings.retentionMillis()), 0);
  }

  /** Rows must have outlived their time for the retention, too: pinned reads may still see them. */
  private long expiredBefore(Catalogue.Collection collection) {
    String given = collection.properties().getOrDefault("collection.ttl.seconds", "-1").strip();
    long seconds;
    try {
      seconds = Long.parseLong(given);
    } catch (NumberFormatException e) {
      return 0;
    }
    long before = wallMillis.getAsLong() - settings.retentionMillis() - seconds * 1_000;
    return seconds <= 0 || before <= 0 ? 0 : Timestamps.of(before, 0);
  }

  /** Truncated rows are seen by no read, pinned or not. */
  private long goneBefore(String channel, Catalogue.Collection collection) {
    return Math.max(expiredBefore(collection), ledger.read(state -> state.truncatedUpTo(channel)));
  }

  private List<DataEntry.Merging> begin(List<List<Segment>> groups) {
    List<DataEntry.Merging> begun = new ArrayList<>();
    for (List<Segment> group : groups) {
      Segment first = group.getFirst();
      var merging =
          new DataEntry.Merging(
              directory.rootCoord().allocateIds(1).first(),
              first.collectionId(),
              first.partitionId(),
              first.channel(),
              group.stream().map(Segment::id).toList());
      if (!ledger.decide(state -> MergeRules.begin(state, merging)).isEmpty()) {
        begun.add(merging);
      }
    }
    return begun;
  }

  private void submit(DataEntry.Merging merging) {
    try {
      lowPriority.execute(() -> run(merging));
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "merge stays for the next start", e);
    }
  }

  private void run(DataEntry.Merging merging) {
    for (int attempt = 1; ; attempt++) {
      try {
        merge(merging);
        return;
      } catch (TaskNodes.NobodyThere e) {
        LOG.log(System.Logger.Level.DEBUG, "a merge waits for a data node", e);
        background.after(NOBODY_DELAY_MILLIS, () -> submit(merging));
        return;
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          return; // the process ends; the merge stays for the next one
        }
        if (attempt == ATTEMPTS) {
          LOG.log(System.Logger.Level.WARNING, "merge given up, target " + merging.target(), e);
          abandon(merging);
          return;
        }
      }
    }
  }

  private void merge(DataEntry.Merging merging) {
    Optional<List<Segment>> sources =
        ledger.read(state -> MergeRules.flushedSources(state, merging));
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(merging.collectionId());
    if (sources.isEmpty() || collection.isEmpty()) {
      abandon(merging);
      return;
    }
    List<Segments.DeleteFile> deletes =
        ledger.read(state -> state.currentDeletes(merging.channel())).stream()
            .filter(
                file -> sources.get().stream().anyMatch(s -> CompactionPolicy.concerns(file, s)))
            .toList();
    var compaction =
        new DataNode.Compaction(
            merging.target(),
            sources.get(),
            collection.get().schema(),
            deletes,
            horizon(),
            goneBefore(merging.channel(), collection.get()));
    Segment output = nodes.run(node -> node.compact(compaction));
    if (merging.sources().size() == 1) {
      rewrittenMillis.put(merging.target(), wallMillis.getAsLong());
    }
    boolean settled = settled(merging.channel());
    Failpoints.hit("compaction.beforeSwap");
    boolean merged =
        ledger.decide(
            state -> MergeRules.end(state, merging, output, settled, wallMillis.getAsLong()));
    Failpoints.hit("compaction.afterSwap");
    jobs.end(merging.target(), merged);
    published.accept(merging.collectionId());
  }

  /** Whether every segment of the channel is either growing or flushed. */
  private boolean settled(String channel) {
    return directory.ownerOf(channel).growing(channel).stream()
        .allMatch(segment -> segment.state() == Segments.State.GROWING);
  }

  private void abandon(DataEntry.Merging merging) {
    ledger.decide(state ->
        state.merging(merging.target()).isEmpty()
            ? Decision.answer(false)
            : MergeRules.abandon(merging, MergeRules.placeholder(merging), wallMillis.getAsLong()));
    jobs.end(merging.target(), false);
  }
}
