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
import java.util.concurrent.RunnableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the parts of a request side by side and waits for all of them, whatever happens: what a part
 * works on may be given back when the wait has ended.
 *
 * <p>A part is a call, which may wait and is interrupted with its caller, or a computation, which
 * is not: it ends by itself. A platform thread that waits for computations does itself what the
 * pool has not begun. So one that must not wait long, an event loop, is at the mercy of no queue:
 * it waits at most for parts that are being computed.
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
   * Calls one part for each item, the last one on this thread, which would only wait otherwise;
   * answers in item order. All parts have ended when this returns or throws. An interrupt of this
   * thread is passed on to them, so that a part that waits may give up.
   *
   * @throws Waits.WouldWait where waiting is forbidden and there is more than one
   */
  public <T, R> List<R> each(List<T> items, Function<T, R> task) {
    if (items.isEmpty()) {
      return List.of();
    }
    if (items.size() > 1) {
      Waits.begin();
    }
    List<Future<R>> parts = new ArrayList<>(items.size());
    for (T item : items.subList(0, items.size() - 1)) {
      parts.add(begin(() -> task.apply(item)));
    }
    parts.add(here(() -> task.apply(items.getLast())));
    return awaitAll(parts);
  }

  /** Begins a call; it fails with UNAVAILABLE when the pool is closing. */
  public <T> Future<T> begin(Callable<T> call) {
    return submit(new Call<>(call));
  }

  /**
   * Begins a computation; it fails with RATE_LIMIT when the pool has no place for it, and with
   * UNAVAILABLE when the pool is closing.
   */
  public <T> Future<T> compute(Callable<T> part) {
    return submit(new FutureTask<>(part));
  }

  /**
   * As {@link #compute(Callable)}, for a part that somebody else may do as well, and whose run then
   * does nothing.
   *
   * @return the part, or its refusal
   */
  public <T> Future<T> compute(RunnableFuture<T> part) {
    return submit(part);
  }

  private <T> Future<T> submit(RunnableFuture<T> part) {
    try {
      pool.execute(part);
      return part;
    } catch (RejectedExecutionException refused) {
      return here(() -> { // not thrown: parts that were begun before must be waited for
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
   * when this returns or throws the first error, as it was thrown. The interrupt is kept, and
   * passed on to calls.
   */
  public static <T> List<T> awaitAll(List<Future<T>> parts) {
    if (!Thread.currentThread().isVirtual()) {
      parts.reversed().forEach(FanOut::runUnlessBegun);
    }
    List<T> answers = new ArrayList<>(parts.size());
    Throwable first = null;
    boolean interrupted = false;
    for (int i = 0; i < parts.size(); ) {
      try {
        answers.add(parts.get(i).get());
        i++;
      } catch (InterruptedException wait) {
        interrupted = true;
        parts.subList(i, parts.size()).forEach(FanOut::interrupt);
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

  /** The latest first: the pool takes the earliest. */
  private static void runUnlessBegun(Future<?> part) {
    if (part instanceof RunnableFuture<?> task && !(part instanceof Call)) {
      task.run(); // does nothing when it has begun
    }
  }

  private static void interrupt(Future<?> part) {
    if (part instanceof Call<?> call) {
      call.interrupt();
    }
  }

  private static RuntimeException unwrapped(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException thrown
        ? thrown
        : new ElanusException(ErrorCode.UNEXPECTED, String.valueOf(cause), cause);
  }

  /** A part that may be interrupted and yet has not ended before it returns, unlike by cancel. */
  private static final class Call<T> extends FutureTask<T> {
    private @Nullable Thread runner;
    private boolean interrupted;

    Call(Callable<T> part) {
      super(part);
    }

    @Override
    public void run() {
      if (!begin()) {
        return;
      }
      try {
        super.run();
      } finally {
        end();
      }
    }

    private synchronized boolean begin() {
      if (runner != null || isDone()) {
        return false;
      }
      runner = Thread.currentThread();
      if (interrupted) {
        runner.interrupt();
      }
      return true;
    }

    private synchronized void end() {
      runner = null;
    }

    synchronized void interrupt() {
      interrupted = true;
      if (runner != null) {
        runner.interrupt();
      }
    }
  }
}
