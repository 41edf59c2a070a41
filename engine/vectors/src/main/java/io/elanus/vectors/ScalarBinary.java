package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Scalar distances of binary rows, eight bytes at a time. The prepared query is the padded row. */
final class ScalarBinary extends ScalarRows {
  ScalarBinary(Distance distance, int dimension) {
    super(ElementType.BINARY, distance, dimension);
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
    return switch (distance) {
      case HAMMING -> hamming(query, rows, at);
      case JACCARD -> jaccard(query, rows, at);
      case SUBSTRUCTURE -> outside(query, 0, rows, at);
      case SUPERSTRUCTURE -> outside(rows, at, query, 0);
      case L2, INNER_PRODUCT, COSINE, MINHASH -> throw new AssertionError(distance);
    };
  }

  private float hamming(MemorySegment query, MemorySegment rows, long at) {
    int differing = 0;
    for (int o = 0; o < rowBytes(); o += 8) {
      differing += Long.bitCount(query.get(Layouts.LONG, o) ^ rows.get(Layouts.LONG, at + o));
    }
    return differing;
  }

  private float jaccard(MemorySegment query, MemorySegment rows, long at) {
    int both = 0;
    int either = 0;
    for (int o = 0; o < rowBytes(); o += 8) {
      long q = query.get(Layouts.LONG, o);
      long x = rows.get(Layouts.LONG, at + o);
      both += Long.bitCount(q & x);
      either += Long.bitCount(q | x);
    }
    return jaccard(both, either);
  }

  /** 1 where a bit of the part is none of the whole, else 0. */
  private float outside(MemorySegment part, long partAt, MemorySegment whole, long wholeAt) {
    long missing = 0;
    for (int o = 0; o < rowBytes(); o += 8) {
      missing |= part.get(Layouts.LONG, partAt + o) & ~whole.get(Layouts.LONG, wholeAt + o);
    }
    return missing == 0 ? 0f : 1f;
  }

  static float jaccard(int both, int either) {
    return either == 0 ? 1f : 1f - (float) both / either;
  }
}
