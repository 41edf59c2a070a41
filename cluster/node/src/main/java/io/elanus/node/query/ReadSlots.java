package io.elanus.node.query;

import io.elanus.segment.SearchHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Where the parts of a read compute: one on the thread that asks, because handing it to another
 * thread and waiting costs as much as a search of a warm graph, further ones on a pool. Virtual
 * threads, which nothing preempts, compute only while they hold a slot, so that some of their
 * carriers stay free.
 */
public final class ReadSlots {
  private final Semaphore free;
  private final ExecutorService pool;
  private final SearchHelp help;

  /**
   * @param slots parts that compute at once on virtual threads
   * @param pool of platform threads, for the parts that run beside the caller's; not closed here
   */
  public ReadSlots(int slots, ExecutorService pool) {
    this.free = new Semaphore(slots, true);
    this.pool = pool;
    this.help = new SearchHelp(pool, slots - 1);
  }

  /** Runs a part on this thread. Parts do not nest. */
  <T> T here(Callable<T> part) {
    return FanOut.await(FanOut.here(inSlot(part)));
  }

  /**
   * Begins a part beside its caller.
   *
   * @param small so that it is done sooner on this thread than another one wakes
   */
  <T> Future<T> begin(boolean small, Callable<T> part) {
    return small ? FanOut.here(inSlot(part)) : FanOut.begin(pool, inSlot(part));
  }

  /** Runs the parts side by side, the last one on this thread; answers in their order. */
  <T> List<T> all(List<Callable<T>> parts) {
    if (parts.isEmpty()) {
      return List.of();
    }
    List<Future<T>> running = new ArrayList<>(parts.size());
    for (Callable<T> part : parts.subList(0, parts.size() - 1)) {
      running.add(FanOut.begin(pool, inSlot(part)));
    }
    running.add(FanOut.here(inSlot(parts.getLast())));
    return FanOut.awaitAll(running);
  }

  /** For a part that shares its work out further. */
  SearchHelp help() {
    return help;
  }

  private <T> Callable<T> inSlot(Callable<T> part) {
    return () -> {
      if (!Thread.currentThread().isVirtual()) {
        return part.call(); // the system shares the cores out among platform threads
      }
      free.acquire();
      try {
        return part.call();
      } finally {
        free.release();
      }
    };
  }
}
