package io.elanus.process;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of a process. What may wait for a thread is bounded: reads by the length of their
 * queue, beyond which they are refused; builds and graphs by one task for each segment and index,
 * or growing segment; flushes by one for each channel; background tasks by one for each compaction
 * and build that was decided. The callers of requests wait in their own threads.
 *
 * @param search platform threads for the parts of a read that compute beside its caller
 * @param build platform threads of low priority for index builds
 * @param graphs one platform thread of low priority for graphs over growing rows: fresh rows must
 *     not wait for a build, which takes minutes
 * @param flush one platform thread of low priority: a flush never waits for a build or a
 *     compaction, nor runs in its caller
 * @param background platform threads of low priority for compaction and build tasks, which wait for
 *     builds
 * @param requests virtual threads, for waiting
 */
record Pools(
    ExecutorService search,
    ExecutorService build,
    ExecutorService graphs,
    ExecutorService flush,
    ExecutorService background,
    ExecutorService requests)
    implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  /** Parts of reads, of which each has one for every segment. */
  private static final int WAITING_PARTS = 1 << 16;

  static Pools of(int searchThreads, int buildThreads) {
    return new Pools(
        new ThreadPoolExecutor(
            searchThreads,
            searchThreads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_PARTS),
            named("search", Thread.NORM_PRIORITY)),
        Executors.newFixedThreadPool(buildThreads, named("build", Thread.MIN_PRIORITY)),
        Executors.newFixedThreadPool(1, named("graphs", Thread.MIN_PRIORITY)),
        Executors.newFixedThreadPool(1, named("flush", Thread.MIN_PRIORITY)),
        Executors.newFixedThreadPool(2, named("background", Thread.MIN_PRIORITY)),
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory()));
  }

  private static ThreadFactory named(String name, int priority) {
    AtomicInteger number = new AtomicInteger();
    return task ->
        Thread.ofPlatform()
            .daemon()
            .priority(priority)
            .name(name + "-" + number.incrementAndGet())
            .unstarted(priority == Thread.MIN_PRIORITY ? steppingBack(task) : task);
  }

  private static Runnable steppingBack(Runnable task) {
    return () -> {
      NativePriority.stepBack();
      task.run();
    };
  }

  /** Whoever waits for a build that was never begun would wait for ever. */
  private static void cancel(List<Runnable> neverBegun) {
    for (Runnable task : neverBegun) {
      if (task instanceof Future<?> future) {
        future.cancel(false);
      }
    }
  }

  @Override
  public void close() {
    cancel(build.shutdownNow());
    graphs.shutdownNow();
    flush.shutdown();
    background.shutdown();
    requests.shutdown();
    search.shutdown();
    try {
      if (!flush.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        flush.shutdownNow();
      }
      if (!background.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        background.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
