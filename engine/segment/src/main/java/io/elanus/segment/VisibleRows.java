package io.elanus.segment;

import io.elanus.schema.Bits;

/**
 * The rows that a read sees; shared, not to be changed.
 *
 * @param count of set bits
 */
record VisibleRows(Bits bits, int count) {
  boolean all() {
    return count == bits.size();
  }
}
