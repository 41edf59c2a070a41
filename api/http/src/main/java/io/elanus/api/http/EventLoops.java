package io.elanus.api.http;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads that read and write the connections of a {@link Doors}. */
public final class EventLoops {
  private static final FastThreadLocal<EventExecutor> OWN = new FastThreadLocal<>();

  private EventLoops() {}

  static void mark(EventLoopGroup loops) {
    for (EventExecutor loop : loops) {
      loop.execute(() -> OWN.set(loop));
    }
  }

  /**
   * Runs a task on the event loop that calls, once everything that it has read so far was handed
   * out.
   *
   * @return false, and nothing happens, when the caller is no event loop
   */
  public static boolean afterRead(Runnable task) {
    @Nullable EventExecutor own = OWN.getIfExists();
    if (own == null) {
      return false;
    }
    own.execute(task);
    return true;
  }

  /**
   * Runs a task later on the event loop that calls.
   *
   * @return false, and nothing happens, when the caller is no event loop
   */
  public static boolean after(Duration delay, Runnable task) {
    @Nullable EventExecutor own = OWN.getIfExists();
    if (own == null) {
      return false;
    }
    own.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return true;
  }
}
