package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds NaN and infinity in packed little-endian floating-point numbers, eight bytes at a time: in
 * both, all exponent bits are set, so that adding the exponent's lowest bit carries into the sign
 * bit, and into nothing beyond it.
 *
 * <p>Blocks are copied into an array that stays in the cache: a loop over an array is quick from
 * its first run on, also before it is compiled.
 */
final class NonFinite {
  private static final int BLOCK_WORDS = 1024;

  private NonFinite() {}

  /** One pattern repeated over 64 bits: exponent bits, their lowest bit, the sign bit. */
  private record Pattern(long exponent, long lowest, long sign) {
    boolean found(long word) {
      return (((word & exponent) + lowest) & sign) != 0;
    }
  }

  private static final Pattern DOUBLE =
      new Pattern(0x7ff0000000000000L, 0x0010000000000000L, 0x8000000000000000L);
  private static final Pattern FLOAT =
      new Pattern(0x7f8000007f800000L, 0x0080000000800000L, 0x8000000080000000L);
  private static final Pattern FLOAT16 =
      new Pattern(0x7c007c007c007c00L, 0x0400040004000400L, 0x8000800080008000L);
  private static final Pattern BFLOAT16 =
      new Pattern(0x7f807f807f807f80L, 0x0080008000800080L, 0x8000800080008000L);

  /** The byte position of an eight-byte word that holds one, or -1. */
  static long find(DataType type, MemorySegment data, long bytes) {
    Pattern pattern =
        switch (type) {
          case DOUBLE -> DOUBLE;
          case FLOAT, FLOAT_VECTOR -> FLOAT;
          case FLOAT16_VECTOR -> FLOAT16;
          case BFLOAT16_VECTOR -> BFLOAT16;
          default -> throw new IllegalArgumentException(type + " holds no floating-point numbers");
        };
    return find(pattern, data, bytes);
  }

  private static long find(Pattern pattern, MemorySegment data, long bytes) {
    long[] block = new long[(int) Math.min(BLOCK_WORDS, bytes >>> 3)];
    long at = 0;
    while (at + 8 <= bytes) {
      int words = (int) Math.min(block.length, (bytes - at) >>> 3);
      MemorySegment.copy(data, Column.LONG, at, block, 0, words);
      if ((carries(pattern, block, words) & pattern.sign) != 0) {
        return findWord(pattern, data, at, bytes);
      }
      at += 8L * words;
    }
    return findWord(pattern, data, at, bytes);
  }

  private static long carries(Pattern pattern, long[] block, int words) {
    long exponent = pattern.exponent;
    long lowest = pattern.lowest;
    long carries = 0;
    for (int i = 0; i < words; i++) {
      carries |= (block[i] & exponent) + lowest;
    }
    return carries;
  }

  private static long findWord(Pattern pattern, MemorySegment data, long from, long bytes) {
    long at = from;
    for (; at + 8 <= bytes; at += 8) {
      if (pattern.found(data.get(Column.LONG, at))) {
        return at;
      }
    }
    long tail = 0;
    for (long i = at; i < bytes; i++) {
      tail |= (data.get(ValueLayout.JAVA_BYTE, i) & 0xffL) << ((i - at) << 3);
    }
    return pattern.found(tail) ? at : -1;
  }
}
