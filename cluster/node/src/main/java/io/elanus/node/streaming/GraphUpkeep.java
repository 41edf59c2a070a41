package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.index.IndexSpec;
import io.elanus.node.index.IndexBuilder;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps the graphs over growing rows up to date: one task at a time for a segment, in the
 * background. A search never waits for it, nor does a write; what it has not reached is scanned.
 */
final class GraphUpkeep {
  private static final System.Logger LOG = System.getLogger(GraphUpkeep.class.getName());

  /** After a restart the first reads have better use for the cores than replayed rows. */
  static final long CALM_NANOS = 2_000_000_000L;

  private final Directory directory;
  private final Executor background;
  private final LongSupplier nanoTime;
  private final long begun;
  private final Set<Growing> running = ConcurrentHashMap.newKeySet();

  /**
   * @param background platform threads of low priority; a thread is interrupted to stop
   */
  GraphUpkeep(Directory directory, Executor background) {
    this(directory, background, System::nanoTime);
  }

  GraphUpkeep(Directory directory, Executor background, LongSupplier nanoTime) {
    this.directory = directory;
    this.background = background;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  /**
   * Begins a task if one is due, and not soon after one that failed; for any thread, the channel's
   * loop among them.
   */
  void consider(Growing growing) {
    if (growing.graphsDue()
        && !growing.graphFailures().waiting(nanoTime.getAsLong())
        && running.add(growing)) {
      try {
        executor().execute(() -> run(growing));
      } catch (RejectedExecutionException closing) {
        running.remove(growing);
      }
    }
  }

  private Executor executor() {
    long wait = begun + CALM_NANOS - nanoTime.getAsLong();
    return wait > 0
        ? CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS, background)
        : background;
  }

  private void run(Growing growing) {
    boolean done = false;
    try {
      while (growing.graphsDue() && !Thread.currentThread().isInterrupted()) {
        growing.extendGraphs(() -> indexes(growing), Thread.currentThread()::isInterrupted);
        growing.graphFailures().succeeded();
        done = true;
      }
    } catch (ElanusException failed) {
      done = false;
      if (failed.code() != ErrorCode.SEGMENT_NOT_FOUND
          && growing.graphFailures().failed(nanoTime.getAsLong())) {
        LOG.log(WARNING, "growing rows of segment " + growing.id() + " stay unlinked", failed);
      }
    } catch (RuntimeException | Error bug) {
      done = false;
      growing.giveUpGraphs();
      LOG.log(ERROR, "the graphs of growing segment " + growing.id() + " failed", bug);
    } finally {
      running.remove(growing);
    }
    if (done && !Thread.currentThread().isInterrupted()) {
      consider(growing); // for what came between the last look and the end of the task
    }
  }

  private Map<Long, IndexSpec> indexes(Growing growing) {
    Map<Long, IndexSpec> specs = new HashMap<>();
    for (Definition definition : directory.indexCoord().definitions(growing.collectionId())) {
      Optional<FieldSchema> field = growing.schema().field(definition.fieldId());
      if (field.isPresent() && field.get().type().isVector()) {
        specs.put(definition.fieldId(), IndexBuilder.vectorSpec(field.get(), definition));
      }
    }
    return specs;
  }
}
