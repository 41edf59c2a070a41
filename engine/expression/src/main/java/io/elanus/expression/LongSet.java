package io.elanus.expression;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A fixed set of 64 bit numbers: open addressing with linear probing, at most half full; the hash
 * is the finalizer of MurmurHash3.
 */
final class LongSet {
  /** By chance, so that nobody can send numbers that all fall into one slot. */
  private static final long SALT = ThreadLocalRandom.current().nextLong();

  private final long[] slots;
  private final int mask;
  private final long empty;
  private final long least;
  private final long greatest;

  /**
   * @param sorted ascending, distinct
   */
  private LongSet(long[] sorted) {
    least = sorted.length == 0 ? 1 : sorted[0];
    greatest = sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    // A number outside the bounds marks a free slot; with both bounds taken, one inside is
    // searched.
    empty = least != Long.MIN_VALUE ? Long.MIN_VALUE : absent(sorted);
    int size = Integer.highestOneBit(Math.max(1, sorted.length * 2)) << 1;
    mask = size - 1;
    slots = new long[size];
    Arrays.fill(slots, empty);
    for (long value : sorted) {
      int slot = slot(value);
      while (slots[slot] != empty && slots[slot] != value) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = value;
    }
  }

  static LongSet of(Terms.Longs terms) {
    return new LongSet(terms.sorted());
  }

  /**
   * The bit patterns of the numbers; NaN, which equals nothing, is left out.
   *
   * @param narrowed as floats
   */
  static LongSet ofDoubles(Terms.Doubles terms, boolean narrowed) {
    return new LongSet(
        Arrays.stream(terms.sorted())
            .filter(value -> !Double.isNaN(value))
            .mapToLong(value -> Double.doubleToLongBits(narrowed ? (double) (float) value : value))
            .sorted()
            .distinct()
            .toArray());
  }

  boolean contains(long value) {
    if (value < least || value > greatest || value == empty) {
      return false;
    }
    int slot = slot(value);
    while (slots[slot] != empty) {
      if (slots[slot] == value) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  private int slot(long value) {
    long hash = value ^ SALT;
    hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return (int) (hash >>> 32) & mask;
  }

  private static long absent(long[] sorted) {
    long candidate = Long.MIN_VALUE;
    for (long value : sorted) {
      if (value != candidate) {
        return candidate;
      }
      candidate++;
    }
    return candidate;
  }
}
