package io.elanus.roles;

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

/**
 * Runs the parts of a request side by side and waits for all of them, whatever happens: what a part
 * works on may be given back when the wait has ended.
 */
public final class FanOut {
  private final ExecutorService pool;

  /**
   * @param pool not closed here
   */
  public FanOut(ExecutorService pool) {
    this.pool = pool;
  }

  /**
   * One part for each item, the last one on this thread, which would only wait otherwise; answers
   * in item order. All parts have ended when this returns or throws.
   */
  public <T, R> List<R> each(List<T> items, Function<T, R> task) {
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

  /** Begins a part; it fails with UNAVAILABLE when the pool is closing. */
  public <T> Future<T> begin(Callable<T> part) {
    try {
      return pool.submit(part);
    } catch (RejectedExecutionException closing) {
      return here(() -> { // not thrown: parts that were begun before must be waited for
        throw new ElanusException(ErrorCode.UNAVAILABLE, "the process is stopping", closing);
      });
    }
  }

  /** Runs a part on this thread, its error kept for {@link #await}. */
  public static <T> Future<T> here(Callable<T> part) {
    FutureTask<T> own = new FutureTask<>(part);
    own.run();
    return own;
  }

  /** The answer of a part; its error as it was thrown. */
  public static <T> T await(Future<T> part) {
    return awaitAll(List.of(part)).getFirst();
  }

  /**
   * Waits for all parts, also when one fails or this thread is interrupted, so that none still runs
   * when this returns or throws the first error, as it was thrown. The interrupt is kept.
   */
  public static <T> List<T> awaitAll(List<Future<T>> parts) {
    List<T> answers = new ArrayList<>(parts.size());
    Throwable first = null;
    boolean interrupted = false;
    for (int i = 0; i < parts.size(); ) {
      try {
        answers.add(parts.get(i).get());
        i++;
      } catch (InterruptedException wait) {
        interrupted = true;
      } catch (ExecutionException failed) {
        first = first == null ? failed.getCause() : first;
        i++;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first != null) {
      throw unwrapped(first);
    }
    return answers;
  }

  private static RuntimeException unwrapped(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException thrown
        ? thrown
        : new ElanusException(ErrorCode.UNEXPECTED, String.valueOf(cause), cause);
  }
}
