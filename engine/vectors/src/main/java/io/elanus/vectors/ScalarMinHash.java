package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * The share of equal elements of two signatures, negated. Elements of 8, 16, 32 or 64 bits are
 * compared eight bytes at a time (a lane of the difference is zero where adding its largest signed
 * number leaves the highest bit clear), others byte by byte. The prepared query is the padded row.
 */
final class ScalarMinHash extends ScalarRows {
  private final int elementBytes;
  private final int elements;

  /** Highest bit of each element of a word. */
  private final long highest;

  ScalarMinHash(int dimension, int elementBits) {
    super(ElementType.BINARY, Distance.MINHASH, dimension);
    this.elementBytes = elementBits / 8;
    this.elements = dimension / elementBits;
    this.highest = highest(elementBits);
  }

  /** Whether whole elements fill words of eight bytes. */
  static boolean fillWords(int elementBits) {
    return Integer.bitCount(elementBits) == 1 && elementBits <= 64;
  }

  /** The highest bit of each element of a word. */
  static long highest(int elementBits) {
    long bits = 0;
    for (int at = elementBits - 1; at < 64; at += elementBits) {
      bits |= 1L << at;
    }
    return bits;
  }

  @Override
  public int queryBytes() {
    return rowBytes();
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    query.asSlice(0, rowBytes()).fill((byte) 0);
    MemorySegment.copy(row, 0, query, 0, ElementType.BINARY.rowBytes(dimension()));
  }

  @Override
  float distance(MemorySegment query, MemorySegment rows, long at) {
    int equal =
        fillWords(8 * elementBytes) ? equalInWords(query, rows, at) : equalByBytes(query, rows, at);
    return -(float) equal / elements;
  }

  private int equalInWords(MemorySegment query, MemorySegment rows, long at) {
    int words = (elements * elementBytes + 7) / 8;
    int different = 0;
    for (int i = 0; i < words; i++) { // padding is zero on both sides: no difference
      long x = query.get(Layouts.LONG, 8L * i) ^ rows.get(Layouts.LONG, at + 8L * i);
      different += Long.bitCount((((x & ~highest) + ~highest) | x) & highest);
    }
    return elements - different;
  }

  private int equalByBytes(MemorySegment query, MemorySegment rows, long at) {
    int equal = 0;
    for (int element = 0; element < elements; element++) {
      long from = (long) element * elementBytes;
      boolean same = true;
      for (int i = 0; i < elementBytes && same; i++) {
        same = query.get(Layouts.BYTE, from + i) == rows.get(Layouts.BYTE, at + from + i);
      }
      equal += same ? 1 : 0;
    }
    return equal;
  }
}
