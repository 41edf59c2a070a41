package io.elanus.node.read;

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

/** Runs the parts of a read side by side and waits for all of them. */
public final class FanOut {
  private FanOut() {}

  /** Begins a part; it fails with UNAVAILABLE when the pool is closing. */
  public static <T> Future<T> begin(ExecutorService pool, Callable<T> task) {
    try {
      return pool.submit(task);
    } catch (RejectedExecutionException closing) {
      return here(() -> { // not thrown: parts that were begun before must be waited for
        throw new ElanusException(ErrorCode.UNAVAILABLE, "the node is stopping", closing);
      });
    }
  }

  /** Runs a part on this thread, its error kept for {@link #await}. */
  public static <T> Future<T> here(Callable<T> task) {
    FutureTask<T> own = new FutureTask<>(task);
    own.run();
    return own;
  }

  /** The answer of a part; its error as it was thrown. */
  public static <T> T await(Future<T> part) {
    return awaitAll(List.of(part)).getFirst();
  }

  /**
   * Waits for all parts, also when one fails or this thread is interrupted, so that none still
   * reads when this returns or throws: what a part reads may be given back then. The interrupt is
   * kept.
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
      throw unwrap(first);
    }
    return answers;
  }

  private static ElanusException unwrap(Throwable cause) {
    if (cause instanceof ElanusException known) {
      return known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new ElanusException(ErrorCode.UNEXPECTED, String.valueOf(cause), cause);
  }
}
