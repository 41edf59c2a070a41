package io.elanus.index.vector.rows;

import io.elanus.index.BuildContext;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one build. Which thread does what is chance; tasks write only what is theirs. */
public final class Workers implements AutoCloseable {
  /** One item of work. */
  public interface Task {
    /** Does item {@code i} on thread {@code worker}. */
    void run(int worker, int i);
  }

  private static final int GRAIN = 16;

  private final BuildContext context;
  private final int threads;
  private final ExecutorService executor;

  public Workers(BuildContext context) {
    this.context = context;
    this.threads = Math.max(1, context.threads());
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("index-build-", 0).factory());
  }

  public int count() {
    return threads;
  }

  /** The build they work for. */
  public BuildContext context() {
    return context;
  }

  /**
   * Runs all items and returns when they are done. Also where one fails or the caller is
   * interrupted, no item runs any more when this ends: the caller may give back the memory that
   * they used.
   */
  public void run(int items, Task task) {
    run(items, GRAIN, task);
  }

  /** As {@link #run(int, Task)}, for few items that are long. */
  public void each(int items, Task task) {
    run(items, 1, task);
  }

  private void run(int items, int grain, Task task) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int worker = 0; worker < Math.min(threads, 1 + items / grain); worker++) {
      int own = worker;
      running.add(executor.submit(() -> drain(next, items, grain, own, task)));
    }
    await(running, () -> next.set(items));
  }

  /** Does items until there are none; where one fails, the others leave those not begun. */
  private void drain(AtomicInteger next, int items, int grain, int worker, Task task) {
    boolean done = false;
    try {
      for (int from = next.getAndAdd(grain); from < items; from = next.getAndAdd(grain)) {
        context.stopIfCancelled();
        for (int i = from; i < Math.min(items, from + grain); i++) {
          task.run(worker, i);
        }
      }
      done = true;
    } finally {
      if (!done) {
        next.set(items);
      }
    }
  }

  private void await(List<Future<?>> running, Runnable stop) {
    Optional<ExecutionException> failure = Optional.empty();
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (InterruptedException e) {
        stop.run();
        close();
        Thread.currentThread().interrupt();
        throw new ElanusException(ErrorCode.CANCELLED, "index build was interrupted", e);
      } catch (ExecutionException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    if (failure.isPresent()) {
      Throwable cause = failure.get().getCause();
      if (cause instanceof ElanusException refused) {
        throw refused;
      }
      throw new IllegalStateException("index build failed", cause);
    }
  }

  /** Interrupts the threads and waits until they have ended. */
  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
