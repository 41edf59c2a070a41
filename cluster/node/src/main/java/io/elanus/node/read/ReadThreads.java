package io.elanus.node.read;

import io.elanus.roles.FanOut;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.SearchHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Where the parts of a read compute. A platform thread (an event loop that keeps a short read, a
 * caller in the same JVM) does one part itself: handing it over and waiting costs as much as a
 * search of a warm graph. For a virtual thread, which nothing preempts and which has no scratch
 * memory of its own, a pool does all of them.
 */
public final class ReadThreads {
  private final ExecutorService pool;
  private final SearchHelp help;

  /**
   * @param threads of the pool
   * @param pool of platform threads; not closed here
   */
  public ReadThreads(int threads, ExecutorService pool) {
    this.pool = pool;
    this.help = new SearchHelp(pool, threads - 1);
  }

  /** Runs one part and waits for it. */
  <T> T run(Callable<T> part) {
    return FanOut.await(begin(true, part));
  }

  /**
   * Begins a part beside its caller; it fails with RATE_LIMIT when the pool has no place for it,
   * and with UNAVAILABLE when the pool is closing.
   *
   * @param small so that it is done sooner on a platform thread that asks than another one wakes
   */
  <T> Future<T> begin(boolean small, Callable<T> part) {
    if (small && !Thread.currentThread().isVirtual()) {
      return FanOut.here(part);
    }
    try {
      FutureTask<T> begun = FanOut.computation(part);
      pool.execute(begun);
      return begun;
    } catch (RejectedExecutionException refused) {
      return FanOut.here(() -> { // not thrown: parts that were begun before must be waited for
        throw refusal(refused);
      });
    }
  }

  private ElanusException refusal(RejectedExecutionException refused) {
    return pool.isShutdown()
        ? new ElanusException(ErrorCode.UNAVAILABLE, "the process is stopping", refused)
        : new ElanusException(
            ErrorCode.RATE_LIMIT,
            "too many reads wait for a thread; send fewer at a time",
            refused);
  }

  /** Runs the parts side by side; answers in their order. */
  <T> List<T> all(List<Callable<T>> parts) {
    List<Future<T>> running = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      running.add(begin(i == parts.size() - 1, parts.get(i)));
    }
    return FanOut.awaitAll(running);
  }

  /** For a part that shares its work out further. */
  SearchHelp help() {
    return help;
  }
}
