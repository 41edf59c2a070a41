package io.elanus.segment;

import io.elanus.schema.Bits;
import org.jspecify.annotations.Nullable;

/** The rows that a read sees; shared by reads, not to be changed. */
final class VisibleRows {
  private final Bits bits;
  private final int count;
  private volatile @Nullable Bits newest;

  VisibleRows(Bits bits) {
    this.bits = bits;
    this.count = bits.cardinality();
  }

  Bits bits() {
    return bits;
  }

  int count() {
    return count;
  }

  boolean all() {
    return count == bits.size();
  }

  /** Of visible rows with equal keys the newest. */
  Bits newest(KeyIndex keys) {
    if (!keys.hasDuplicates()) {
      return bits;
    }
    Bits known = newest;
    if (known == null) {
      known = bits.copy();
      keys.keepNewest(known);
      newest = known;
    }
    return known;
  }
}
