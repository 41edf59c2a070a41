package io.elanus.coordinator.ledger;

import io.elanus.roles.FanOut;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

final class VirtualThreads implements Background {
  private static final System.Logger LOG = System.getLogger(VirtualThreads.class.getName());

  private static final long CLOSE_SECONDS = 5;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FanOut fanOut = new FanOut(executor);
  private final CountDownLatch closed = new CountDownLatch(1);

  @Override
  public boolean run(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
      return true;
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "background work after close is dropped");
      return false;
    }
  }

  @Override
  public void after(long delayMillis, Runnable task) {
    run(() -> {
      try {
        if (!closed.await(delayMillis, TimeUnit.MILLISECONDS)) {
          task.run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  @Override
  public void all(List<Runnable> tasks) {
    List<Future<Object>> begun = new ArrayList<>();
    for (Runnable task : tasks) {
      begun.add(fanOut.begin(Executors.callable(task)));
    }
    FanOut.awaitAll(begun);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "background work failed", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
