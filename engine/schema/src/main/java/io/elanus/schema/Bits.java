package io.elanus.schema;

import java.util.Arrays;

/** A set of row ordinals in [0, size), one bit each; mutable, not thread-safe while it changes. */
public final class Bits {
  private final int size;
  private final long[] words;

  private Bits(int size, long[] words) {
    this.size = size;
    this.words = words;
  }

  /** No row. */
  public static Bits none(int size) {
    return new Bits(size, new long[(size + 63) >>> 6]);
  }

  /** Every row. */
  public static Bits all(int size) {
    Bits bits = none(size);
    Arrays.fill(bits.words, -1L);
    bits.clearTail();
    return bits;
  }

  public int size() {
    return size;
  }

  public boolean get(int row) {
    return (words[row >>> 6] & (1L << row)) != 0;
  }

  public void set(int row) {
    words[row >>> 6] |= 1L << row;
  }

  public void clear(int row) {
    words[row >>> 6] &= ~(1L << row);
  }

  public int cardinality() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  public boolean isEmpty() {
    for (long word : words) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  /** The first set row at or after {@code from}, or -1. */
  public int next(int from) {
    if (from >= size) {
      return -1;
    }
    int index = from >>> 6;
    long word = words[index] & (-1L << from);
    while (word == 0) {
      if (++index == words.length) {
        return -1;
      }
      word = words[index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }

  /** Keeps the rows that are also in {@code other}; returns this. */
  public Bits and(Bits other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= other.words[i];
    }
    return this;
  }

  /** Adds the rows of {@code other}; returns this. */
  public Bits or(Bits other) {
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
    }
    return this;
  }

  /** Removes the rows of {@code other}; returns this. */
  public Bits andNot(Bits other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= ~other.words[i];
    }
    return this;
  }

  /** Turns each row's bit; returns this. */
  public Bits flip() {
    for (int i = 0; i < words.length; i++) {
      words[i] = ~words[i];
    }
    clearTail();
    return this;
  }

  /** Adds the rows [from, to). */
  public void setRange(int from, int to) {
    for (int row = from; row < to; ) {
      if ((row & 63) == 0 && row + 64 <= to) {
        words[row >>> 6] = -1L;
        row += 64;
      } else {
        set(row++);
      }
    }
  }

  public Bits copy() {
    return new Bits(size, words.clone());
  }

  /** The words themselves, bit r & 63 of word r >>> 6 for row r; for tight loops. */
  public long[] words() {
    return words;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bits bits && bits.size == size && Arrays.equals(bits.words, words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return "Bits[" + cardinality() + " of " + size + "]";
  }

  private void clearTail() {
    if ((size & 63) != 0) {
      words[words.length - 1] &= -1L >>> (64 - (size & 63));
    }
  }
}
