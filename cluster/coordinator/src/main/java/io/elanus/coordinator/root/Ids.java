package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.MetadataStore;
import io.elanus.roles.RootCoord;
import io.elanus.schema.ElanusException;

/** One space of ids for everything; ids are reserved in metadata by the million. */
final class Ids {
  /** Smaller ids are given by hand: 1 is the default database. */
  static final long FIRST = 1_000;

  private static final int RESERVED_AT_ONCE = 1 << 20;

  private final PersistedBound bound;
  private long next;

  Ids(MetadataStore store, Tenure tenure, Background background) {
    bound = new PersistedBound(store, "root/ids", FIRST, background, tenure);
    next = bound.get();
  }

  synchronized RootCoord.Range allocate(int count) {
    if (count < 1) {
      throw ElanusException.invalid("the number of ids is out of range").with("count", count);
    }
    long end = next + count;
    if (end > bound.get()) {
      bound.raiseTo(end + RESERVED_AT_ONCE);
    } else if (end + RESERVED_AT_ONCE / 4 > bound.get()) {
      bound.raiseSoon(end + RESERVED_AT_ONCE);
    }
    var range = new RootCoord.Range(next, count);
    next = end;
    return range;
  }

  /** Gives back what was reserved and not used. */
  synchronized void close() {
    bound.lowerTo(next);
  }
}
