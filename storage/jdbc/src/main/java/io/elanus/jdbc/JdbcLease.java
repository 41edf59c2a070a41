package io.elanus.jdbc;

import io.elanus.metadata.Lease;
import java.time.Duration;

/**
 * A hold of a key, or a wait for one. Whether it is held is told by the clock of this process:
 * until the time to live has passed since the last renewal that succeeded was <em>sent</em>.
 * Whoever takes it away has seen it unrenewed for as long, by its own clock, from a later moment
 * on. The clock does not run while the whole machine sleeps; commits that must not happen then
 * require the revision of the key.
 */
final class JdbcLease implements Lease {
  /** A renewal is sent when a third of the time has passed. */
  private static final int RENEWALS = 3;

  private enum State {
    ASKING,
    WAITING,
    HELD,
    OVER
  }

  private final LeaseKeeper keeper;
  private final String key;
  private final byte[] value;
  private final Duration ttl;
  private State state = State.ASKING;
  private LeaseId id;
  private long validUntilNanos;
  private long nextRenewalNanos;

  JdbcLease(LeaseKeeper keeper, LeaseId id, String key, byte[] value, Duration ttl) {
    this.keeper = keeper;
    this.id = id;
    this.key = key;
    this.value = value.clone();
    this.ttl = ttl;
  }

  String key() {
    return key;
  }

  byte[] value() {
    return value;
  }

  Duration ttl() {
    return ttl;
  }

  synchronized LeaseId id() {
    return id;
  }

  /** Its row is there, as of a question sent then. */
  synchronized void asked(long sentNanos) {
    if (state == State.ASKING) {
      state = State.WAITING;
      renewed(sentNanos);
    }
  }

  /** Its row was taken away while it waited: it is asked for again, under another id. */
  synchronized boolean askAgain(LeaseId anew) {
    if (state != State.WAITING) {
      return false;
    }
    state = State.ASKING;
    id = anew;
    return true;
  }

  /** The key is its own. */
  synchronized void begun() {
    if (state == State.WAITING) {
      state = State.HELD;
    }
  }

  synchronized void renewed(long sentNanos) {
    validUntilNanos = sentNanos + ttl.toNanos();
    nextRenewalNanos = sentNanos + ttl.toNanos() / RENEWALS;
  }

  /** To be tried again after a while. */
  synchronized void notRenewed(long nowNanos) {
    nextRenewalNanos = nowNanos + ttl.toNanos() / 10;
  }

  /** Nanoseconds until it is to be renewed. */
  synchronized long dueNanos(long nowNanos) {
    return state == State.WAITING || state == State.HELD
        ? Math.max(0, nextRenewalNanos - nowNanos)
        : Long.MAX_VALUE;
  }

  synchronized boolean isWaiting() {
    return state == State.WAITING;
  }

  synchronized boolean holds() {
    return state == State.HELD;
  }

  /** False when it had ended. */
  synchronized boolean end() {
    boolean ends = state != State.OVER;
    state = State.OVER;
    return ends;
  }

  @Override
  public synchronized boolean held() {
    return state == State.HELD && System.nanoTime() - validUntilNanos < 0;
  }

  @Override
  public synchronized boolean isOver() {
    return state == State.OVER;
  }

  @Override
  public void close() {
    keeper.close(this);
  }
}
