package io.elanus.node.query;

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
import org.jspecify.annotations.Nullable;

/** Runs the parts of a read side by side and waits for all of them. */
public final class FanOut {
  private FanOut() {}

  /** Begins a part; UNAVAILABLE when the pool is closing. */
  public static <T> Future<T> begin(ExecutorService pool, Callable<T> task) {
    try {
      return pool.submit(task);
    } catch (RejectedExecutionException closing) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the node is stopping", closing);
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
    try {
      return part.get();
    } catch (InterruptedException interrupted) {
      part.cancel(false);
      Thread.currentThread().interrupt();
      throw new ElanusException(ErrorCode.CANCELLED, "the read was interrupted", interrupted);
    } catch (ExecutionException failed) {
      throw unwrap(failed.getCause());
    }
  }

  /** Waits for all parts, also when one fails, so that none still reads when this returns. */
  public static <T> List<T> awaitAll(List<Future<T>> parts) {
    List<T> answers = new ArrayList<>(parts.size());
    ElanusException first = null;
    for (Future<T> part : parts) {
      try {
        answers.add(await(part));
      } catch (ElanusException failed) {
        if (first == null) {
          first = failed;
        }
      }
    }
    if (first != null) {
      throw first;
    }
    return answers;
  }

  private static ElanusException unwrap(@Nullable Throwable cause) {
    if (cause instanceof ElanusException known) {
      return known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new ElanusException(ErrorCode.UNEXPECTED, String.valueOf(cause), cause);
  }
}
