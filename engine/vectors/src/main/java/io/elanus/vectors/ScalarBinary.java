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
    return distance == Distance.HAMMING ? hamming(query, rows, at) : jaccard(query, rows, at);
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

  static float jaccard(int both, int either) {
    return either == 0 ? 1f : 1f - (float) both / either;
  }
}
