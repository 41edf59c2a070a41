package io.elanus.transport;

import static java.lang.System.Logger.Level.WARNING;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicLong;

/** Connections that were refused: all are counted, one a second is told of. */
final class Refusals {
  private static final System.Logger LOG = System.getLogger(Refusals.class.getName());
  private static final long QUIET_NANOS = 1_000_000_000;

  private final AtomicLong count = new AtomicLong();
  private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

  /**
   * @param why ends the sentence {@code a peer was refused: …}
   */
  void add(Channel connection, String why) {
    long all = count.incrementAndGet();
    long told = toldNanos.get();
    long now = System.nanoTime();
    if (now - told >= QUIET_NANOS && toldNanos.compareAndSet(told, now)) {
      LOG.log(
          WARNING,
          "a peer was refused: {0}, address {1}, refused so far {2}",
          why,
          connection.remoteAddress(),
          all);
    }
  }

  long count() {
    return count.get();
  }
}
