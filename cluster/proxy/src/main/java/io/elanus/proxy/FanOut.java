package io.elanus.proxy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs one task for each item side by side; the last on the caller's own thread. */
final class FanOut {
  private final ExecutorService requests;

  FanOut(ExecutorService requests) {
    this.requests = requests;
  }

  /** Results in item order. All tasks have ended when this returns or throws. */
  <T, R> List<R> each(List<T> items, Function<T, R> task) {
    if (items.isEmpty()) {
      return List.of();
    }
    List<Future<R>> others = new ArrayList<>(items.size() - 1);
    for (T item : items.subList(0, items.size() - 1)) {
      Callable<R> call = () -> task.apply(item);
      others.add(requests.submit(call));
    }
    List<R> results = new ArrayList<>(items.size());
    RuntimeException failure = null;
    R last = null;
    try {
      last = task.apply(items.getLast());
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<R> other : others) {
      try {
        results.add(other.get());
      } catch (ExecutionException e) {
        failure = failure == null ? unwrapped(e) : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        others.forEach(future -> future.cancel(true));
        throw new ElanusException(ErrorCode.CANCELLED, "interrupted while waiting for a shard", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
    results.add(java.util.Objects.requireNonNull(last));
    return results;
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException cause) {
      return cause;
    }
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return new ElanusException(ErrorCode.UNEXPECTED, "a shard's task failed", e.getCause());
  }
}
