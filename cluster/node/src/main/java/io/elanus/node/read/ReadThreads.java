package io.elanus.node.read;

import io.elanus.roles.FanOut;
import io.elanus.segment.SearchHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;

/**
 * Where the parts of a read compute. A platform thread (an event loop that keeps a short read, a
 * caller in the same JVM) does one part itself: handing it over and waiting costs as much as a
 * search of a warm graph. For a virtual thread, which nothing preempts and which has no scratch
 * memory of its own, a pool does all of them.
 */
public final class ReadThreads {
  private final FanOut pool;
  private final SearchHelp help;

  /**
   * @param threads of the pool
   * @param pool of platform threads; not closed here
   */
  public ReadThreads(int threads, ExecutorService pool) {
    this.pool = new FanOut(pool);
    this.help = new SearchHelp(pool, threads - 1);
  }

  /**
   * Begins a part beside its caller; it fails with RATE_LIMIT when the pool has no place for it,
   * and with UNAVAILABLE when the pool is closing.
   *
   * @param small so that it is done sooner on a platform thread that asks than another one wakes
   */
  <T> Future<T> begin(boolean small, Callable<T> part) {
    return here(small) ? FanOut.here(part) : pool.compute(part);
  }

  /** Whether a part is done by the thread that asks, as {@link #begin} decides. */
  static boolean here(boolean small) {
    return small && !Thread.currentThread().isVirtual();
  }

  /** Begins a part on the pool that another thread may do as well; else as {@link #begin}. */
  <T> Future<T> begin(RunnableFuture<T> part) {
    return pool.compute(part);
  }

  /** How many the pool has. */
  int count() {
    return help.threads() + 1;
  }

  /** Begins parts that are done side by side, in their order. */
  <T> List<Future<T>> beginAll(List<Callable<T>> parts) {
    List<Future<T>> running = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      running.add(begin(i == parts.size() - 1, parts.get(i)));
    }
    return running;
  }

  /** For a part that shares its work out further. */
  SearchHelp help() {
    return help;
  }
}
