package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.TaskNodes;
import io.elanus.disk.Failpoints;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Has index nodes build files, one task of the low-priority executor for each. */
final class Builder {
  private static final System.Logger LOG = System.getLogger(Builder.class.getName());
  private static final long FIRST_DELAY_MILLIS = 500;
  private static final long NOBODY_DELAY_MILLIS = 2000;

  private final Ledger<IndexEntry, IndexState> ledger;
  private final Directory directory;
  private final IndexSettings settings;
  private final LongSupplier wallMillis;
  private final Executor lowPriority;
  private final Background background;
  private final LongConsumer planAgain;
  private final TaskNodes<IndexNode> nodes;
  private final Builds builds = new Builds();

  /**
   * @param planAgain is told the collection when a failed build should be tried again
   */
  Builder(
      Ledger<IndexEntry, IndexState> ledger,
      Directory directory,
      IndexSettings settings,
      LongSupplier wallMillis,
      Executor lowPriority,
      Background background,
      LongConsumer planAgain) {
    this.ledger = ledger;
    this.directory = directory;
    this.settings = settings;
    this.wallMillis = wallMillis;
    this.lowPriority = lowPriority;
    this.background = background;
    this.planAgain = planAgain;
    nodes = new TaskNodes<>("index node", directory::indexNodes);
  }

  Optional<Builds.Failure> givenUp(Segment segment, Definition definition) {
    return builds.givenUp(new Builds.Task(segment.id(), definition.id()), settings);
  }

  boolean isRunning(long segmentId, long indexId) {
    return builds.isRunning(new Builds.Task(segmentId, indexId));
  }

  /** Ends the builds of indexes that were dropped, wherever they run. */
  void cancel(Set<Long> indexIds) {
    List<Builds.Task> unwanted = builds.running(indexIds);
    if (!unwanted.isEmpty()) {
      background.run(() -> directory.indexNodes().values().forEach(node -> cancel(node, unwanted)));
    }
  }

  private static void cancel(IndexNode node, List<Builds.Task> unwanted) {
    try {
      unwanted.forEach(task -> node.cancel(task.segmentId(), task.indexId()));
    } catch (ElanusException e) {
      LOG.log(System.Logger.Level.DEBUG, "an index node was not told of builds to cancel", e);
    }
  }

  /** Does nothing when the build runs already or has been given up for now. */
  void submit(Segment segment, Definition definition) {
    var task = new Builds.Task(segment.id(), definition.id());
    if (builds.begin(task, settings, wallMillis.getAsLong())) {
      try {
        lowPriority.execute(() -> run(task, segment, definition));
      } catch (RejectedExecutionException e) {
        builds.cancelled(task);
      }
    }
  }

  private void run(Builds.Task task, Segment segment, Definition definition) {
    try {
      build(segment, definition);
      builds.succeeded(task);
    } catch (TaskNodes.NobodyThere e) {
      LOG.log(System.Logger.Level.DEBUG, "an index build waits for an index node", e);
      builds.cancelled(task);
      background.after(NOBODY_DELAY_MILLIS, () -> planAgain.accept(segment.collectionId()));
      return;
    } catch (RuntimeException | Error e) {
      if (isStopped(e)) {
        builds.cancelled(task);
        return;
      }
      fail(task, segment, e);
      return;
    }
    handOff(segment);
  }

  /** The process ends, and the build stays for the next one; or the index was dropped. */
  private static boolean isStopped(Throwable failure) {
    return Thread.currentThread().isInterrupted()
        || failure instanceof CancellationException
        || failure instanceof RejectedExecutionException
        || (failure instanceof ElanusException known && known.code() == ErrorCode.CANCELLED);
  }

  private void build(Segment segment, Definition definition) {
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(segment.collectionId());
    if (collection.isEmpty() || !isDefined(definition)) {
      return;
    }
    var build =
        new IndexNode.Build(
            segment,
            collection.get().schema(),
            definition,
            ledger.read(state ->
                BuildRules.object(state, segment.collectionId(), segment.id(), definition.id())));
    Segments.IndexFile file =
        nodes.run(node -> {
          if (!isDefined(definition)) {
            throw new CancellationException("the index was dropped");
          }
          return node.build(build);
        });
    Failpoints.hit("index.beforePublish");
    ledger.decide(
        state -> BuildRules.finished(state, segment.collectionId(), file, wallMillis.getAsLong()));
    Failpoints.hit("index.afterPublish");
  }

  private boolean isDefined(Definition definition) {
    return ledger
        .read(state -> state.definition(definition.collectionId(), definition.id()))
        .isPresent();
  }

  private void fail(Builds.Task task, Segment segment, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    int attempts = builds.failed(task, reason, wallMillis.getAsLong());
    LOG.log(
        System.Logger.Level.WARNING,
        "index build failed, segment " + task.segmentId() + ", attempt " + attempts,
        cause);
    if (attempts < settings.attempts()) {
      background.after(
          FIRST_DELAY_MILLIS * attempts, () -> planAgain.accept(segment.collectionId()));
    } else {
      handOff(segment);
    }
  }

  /** The segment may enter a view now, with the index or without. */
  private void handOff(Segment segment) {
    try {
      directory.queryCoord().refresh(segment.collectionId());
    } catch (CancellationException e) {
      LOG.log(System.Logger.Level.DEBUG, "handoff is left to the next process", e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "handoff will wait for the next publication", e);
    }
  }
}
