package io.elanus.segment;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Numbered pieces of arithmetic, done by the caller's thread and by others as far as they come to
 * help. Who comes late finds nothing left to do, so the caller waits only for pieces that somebody
 * has begun: a task of a pool may ask the same pool for help, however busy it is.
 */
final class SideBySide<T> {
  private final IntFunction<T> piece;
  private final @Nullable Object[] answers;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch left;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private SideBySide(int pieces, IntFunction<T> piece) {
    this.piece = piece;
    this.answers = new Object[pieces];
    this.left = new CountDownLatch(pieces);
  }

  /**
   * The answer of each piece. When this returns, or throws what one of them threw, none runs any
   * more.
   */
  static <T> List<T> run(int pieces, SearchHelp help, IntFunction<T> piece) {
    SideBySide<T> work = new SideBySide<>(pieces, piece);
    work.call(help.pool(), Math.min(pieces - 1, help.threads()));
    work.work();
    return work.answers();
  }

  private void call(Executor pool, int helpers) {
    try {
      for (int i = 0; i < helpers; i++) {
        pool.execute(this::work);
      }
    } catch (RejectedExecutionException closing) {
      // the pool is closing: the caller does it alone
    }
  }

  private void work() {
    for (int i = next.getAndIncrement(); i < answers.length; i = next.getAndIncrement()) {
      try {
        if (failure.get() == null) {
          answers[i] = piece.apply(i);
        }
      } catch (RuntimeException | Error failed) {
        failure.compareAndSet(null, failed);
      } finally {
        left.countDown();
      }
    }
  }

  @SuppressWarnings("unchecked") // filled by pieces
  private List<T> answers() {
    awaitAll();
    switch (failure.get()) {
      case null -> {}
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      case Throwable other -> throw new AssertionError(other);
    }
    return (List<T>) Arrays.asList(answers);
  }

  /** An interrupt waits, too: a piece that runs on uses memory that the caller gives back. */
  private void awaitAll() {
    boolean interrupted = false;
    while (true) {
      try {
        left.await();
        break;
      } catch (InterruptedException wait) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
