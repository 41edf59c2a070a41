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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * Keeps the graphs over growing rows up to date: one task at a time for a segment, in the
 * background. A search never waits for it, nor does a write; what it has not reached is scanned.
 */
final class GraphUpkeep {
  private static final System.Logger LOG = System.getLogger(GraphUpkeep.class.getName());

  private final Directory directory;
  private final Executor background;
  private final Alarm alarm;
  private final LongSupplier nanoTime;
  private final long calmNanos;
  private volatile long calmUntil;
  private final Set<Growing> running = ConcurrentHashMap.newKeySet();

  /**
   * @param background platform threads of low priority; a thread is interrupted to stop
   * @param calm see {@link #rest}
   */
  GraphUpkeep(Directory directory, Executor background, Alarm alarm, Duration calm) {
    this(directory, background, alarm, calm, System::nanoTime);
  }

  GraphUpkeep(
      Directory directory, Executor background, Alarm alarm, Duration calm, LongSupplier nanoTime) {
    this.directory = directory;
    this.background = background;
    this.alarm = alarm;
    this.calmNanos = calm.toNanos();
    this.nanoTime = nanoTime;
    this.calmUntil = nanoTime.getAsLong();
  }

  /**
   * Begins nothing for the time of calm: after a replay the first reads have better use for the
   * cores.
   */
  void rest() {
    calmUntil = nanoTime.getAsLong() + calmNanos;
  }

  /**
   * Begins a task if one is due, and not soon after one that failed; for any thread, the channel's
   * loop among them.
   */
  void consider(Growing growing) {
    if (growing.graphsDue()
        && !growing.graphFailures().waiting(nanoTime.getAsLong())
        && running.add(growing)) {
      long calmLeft = calmUntil - nanoTime.getAsLong();
      if (calmLeft > 0) {
        alarm.after(Duration.ofNanos(calmLeft), () -> begin(growing));
      } else {
        begin(growing);
      }
    }
  }

  private void begin(Growing growing) {
    try {
      background.execute(() -> run(growing));
    } catch (RejectedExecutionException closing) {
      running.remove(growing);
    }
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
        specs.put(
            definition.fieldId(), IndexBuilder.vectorSpec(field.get(), definition.parameters()));
      }
    }
    return specs;
  }
}
