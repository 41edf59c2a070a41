package io.elanus.proxy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Runs one task for each item side by side; the last on the caller's own thread. */
final class FanOut {
  private final ExecutorService requests;

  FanOut(ExecutorService requests) {
    this.requests = requests;
  }

  /**
   * Results in item order. All tasks have ended when this returns or throws; an interrupt waits,
   * too, and is kept.
   */
  <T, R> List<R> each(List<T> items, Function<T, R> task) {
    if (items.isEmpty()) {
      return List.of();
    }
    List<Future<R>> parts = new ArrayList<>(items.size());
    for (T item : items.subList(0, items.size() - 1)) {
      parts.add(begin(() -> task.apply(item)));
    }
    parts.add(here(() -> task.apply(items.getLast())));
    return awaitAll(parts);
  }

  private <R> Future<R> begin(Callable<R> part) {
    try {
      return requests.submit(part);
    } catch (RejectedExecutionException closing) {
      return here(() -> { // not thrown: parts that were begun before must be waited for
        throw new ElanusException(ErrorCode.UNAVAILABLE, "the proxy is stopping", closing);
      });
    }
  }

  private static <R> Future<R> here(Callable<R> part) {
    FutureTask<R> own = new FutureTask<>(part);
    own.run();
    return own;
  }

  private static <R> List<R> awaitAll(List<Future<R>> parts) {
    List<R> results = new ArrayList<>(parts.size());
    Throwable failure = null;
    boolean interrupted = false;
    for (int i = 0; i < parts.size(); ) {
      try {
        results.add(parts.get(i).get());
        i++;
      } catch (InterruptedException wait) {
        interrupted = true;
      } catch (ExecutionException failed) {
        failure = failure == null ? failed.getCause() : failure;
        i++;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw unwrapped(failure);
    }
    return results;
  }

  private static RuntimeException unwrapped(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known
        ? known
        : new ElanusException(ErrorCode.UNEXPECTED, "a shard's task failed", failure);
  }
}
