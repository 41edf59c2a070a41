package io.elanus.index.vector.lists;

import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Which slots a filter keeps. Where it keeps few of those that a search will come by, their bits
 * are put in the order of the slots first; otherwise the filter is asked for each slot.
 *
 * @param slots bits by slot, or null
 */
record KeptSlots(SlotRows rows, Bits eligible, long @Nullable [] slots) {
  /** A bit that is set out of order costs as much as so many that are asked for in order. */
  private static final int ASKED_PER_SET = 2;

  /**
   * Of the filter of a query.
   *
   * @param kept rows
   * @param visited slots that the search will come by
   */
  static KeptSlots of(SlotRows rows, Bits eligible, int kept, long visited, Scratch scratch) {
    if ((long) kept * ASKED_PER_SET > visited) {
      return new KeptSlots(rows, eligible, null);
    }
    long[] slots = scratch.slots(rows.count());
    rows.spread(eligible, slots);
    return new KeptSlots(rows, eligible, slots);
  }

  /**
   * Tells which of consecutive slots the filter keeps.
   *
   * @param bits [(count + 63) / 64] written here
   * @return how many it keeps
   */
  int block(int from, int count, long[] bits) {
    if (slots == null) {
      return rows.eligible(eligible, from, count, bits);
    }
    int kept = 0;
    for (int first = 0; first < count; first += Long.SIZE) {
      int slot = from + first;
      long some = slots[slot >>> 6] >>> slot;
      if ((slot & 63) != 0 && (slot >>> 6) + 1 < slots.length) {
        some |= slots[(slot >>> 6) + 1] << -slot;
      }
      if (count - first < Long.SIZE) {
        some &= (1L << count) - 1;
      }
      bits[first / Long.SIZE] = some;
      kept += Long.bitCount(some);
    }
    return kept;
  }
}
