package io.elanus.node.streaming;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps drops of shards and partitions apart from what is learnt of the catalogue meanwhile. The
 * catalogue loses a thing before its drop is told here, so an answer of the catalogue counts if no
 * drop was told since it was asked; otherwise it is asked again. Nothing that was dropped needs to
 * be remembered.
 */
final class Drops {
  private final ReentrantLock lock = new ReentrantLock();
  private long told;

  /** Nothing that was learnt before is applied after this, which applies the drop, too. */
  void tell(Runnable drop) {
    lock.lock();
    try {
      told++;
      drop.run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param ask the catalogue; again when something was dropped meanwhile
   * @param apply what it answered; waits for nothing
   */
  <A, T> T learn(Supplier<A> ask, Function<A, T> apply) {
    while (true) {
      long before = told();
      A answer = ask.get();
      lock.lock();
      try {
        if (told == before) {
          return apply.apply(answer);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private long told() {
    lock.lock();
    try {
      return told;
    } finally {
      lock.unlock();
    }
  }
}
