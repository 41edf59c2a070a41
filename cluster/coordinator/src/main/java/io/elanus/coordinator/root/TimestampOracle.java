package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.MetadataStore;
import io.elanus.roles.RootCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.util.function.LongSupplier;

/**
 * Hands out timestamps that rise strictly, over restarts and clock steps. A bound a few seconds
 * ahead is durable before any timestamp below it is given; a new process begins at the bound. The
 * clock only pushes forward. Without requests nothing is written.
 */
final class TimestampOracle {
  private static final int MOST_AT_ONCE = 1 << 20;

  private final PersistedBound bound;
  private final LongSupplier wallMillis;
  private final long aheadMillis;
  private long next;
  private boolean closed;

  /**
   * @param wallMillis milliseconds since 1970; may step
   * @param aheadMillis how far ahead of the present the bound is persisted
   */
  TimestampOracle(
      MetadataStore store,
      Tenure tenure,
      LongSupplier wallMillis,
      long aheadMillis,
      Background background) {
    this.wallMillis = wallMillis;
    this.aheadMillis = aheadMillis;
    bound = new PersistedBound(store, "tso/bound", 0, background, tenure);
    next = Timestamps.of(bound.get(), 0);
  }

  synchronized RootCoord.Range allocate(int count) {
    if (count < 1 || count > MOST_AT_ONCE) {
      throw ElanusException.invalid("the number of timestamps is out of range")
          .with("count", count)
          .with("limit", MOST_AT_ONCE);
    }
    if (closed) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the timestamp oracle is closed");
    }
    long first = Math.max(next, Timestamps.of(wallMillis.getAsLong(), 0));
    long end = first + count;
    long needed = Timestamps.physicalMillis(end) + 1;
    if (needed > bound.get()) {
      bound.raiseTo(needed + aheadMillis);
    } else if (needed + aheadMillis / 2 > bound.get()) {
      bound.raiseSoon(needed + aheadMillis);
    }
    next = end;
    return new RootCoord.Range(first, count);
  }

  /** Lets the next process begin right behind the last timestamp instead of at the bound. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      bound.lowerTo(Timestamps.physicalMillis(next) + 1);
    }
  }
}
