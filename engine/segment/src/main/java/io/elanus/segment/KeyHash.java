package io.elanus.segment;

import io.elanus.schema.Column;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * 64-bit hashes of primary keys, part of the bloom filter's file format: numbers by the finalizer
 * of SplitMix64 (Steele, Lea, Flood 2014), texts by folding their bytes, eight at a time,
 * little-endian, through the same finalizer.
 */
final class KeyHash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private KeyHash() {}

  static long of(long key) {
    long z = key + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  static long of(MemorySegment bytes, long from, long to) {
    long hash = to - from;
    long at = from;
    for (; at + 8 <= to; at += 8) {
      hash = of(hash ^ bytes.get(Column.LONG, at));
    }
    long rest = 0;
    for (int shift = 0; at < to; at++, shift += 8) {
      rest |= (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFFL) << shift;
    }
    return of(hash ^ rest);
  }

  static long of(Column keys, int row) {
    return switch (keys) {
      case Column.Fixed fixed -> of(fixed.data().get(Column.LONG, 8L * row));
      case Column.Variable texts ->
          of(texts.data(), texts.start(row), (long) texts.start(row) + texts.length(row));
      case Column.Bit bit -> throw KeyColumns.noKey(bit);
      case Column.Array array -> throw KeyColumns.noKey(array);
    };
  }

  /**
   * The lower halves of the hashes of consecutive rows.
   *
   * @param hashes [rows] filled here
   */
  static void lowerHalves(Column keys, int firstRow, int[] hashes) {
    if (keys instanceof Column.Fixed fixed) {
      // Copied first: a plain array is quick to read before anything is compiled, at a replay.
      long[] numbers = new long[hashes.length];
      MemorySegment.copy(fixed.data(), Column.LONG, 8L * firstRow, numbers, 0, numbers.length);
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = (int) of(numbers[i]);
      }
      return;
    }
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = (int) of(keys, firstRow + i);
    }
  }
}
