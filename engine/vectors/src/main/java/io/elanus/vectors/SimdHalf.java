package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * What float16 and bfloat16 rows share: an int lane holds an even element in its lower and an odd
 * one in its upper half. The prepared query is float32, split to match: for each vector of the row
 * one vector of even and one of odd elements; of length 1 for COSINE.
 */
abstract class SimdHalf extends SimdKernel {
  private final boolean normalised;
  private ElementType asked;

  SimdHalf(ElementType type, int dimension, boolean normalised) {
    super(type, dimension);
    this.asked = type;
    this.normalised = normalised;
  }

  /** Sets the type of queries, before anyone else has the kernel. */
  final SimdHalf askedIn(ElementType type) {
    asked = type;
    return this;
  }

  @Override
  public final int queryBytes() {
    return 2 * rowBytes;
  }

  @Override
  public final void prepare(MemorySegment row, MemorySegment query) {
    float[] values = new float[dimension];
    Elements.decode(asked, row, 0, values);
    if (normalised) {
      Elements.normalise(values);
    }
    query.asSlice(0, queryBytes()).fill((byte) 0);
    for (int i = 0; i < dimension; i++) {
      query.set(Layouts.FLOAT, place(i), values[i]);
    }
  }

  /** Where an element is in a prepared query. */
  static long place(int element) {
    int lanes = Lanes.STEP / 4;
    int block = element / (2 * lanes);
    int lane = element / 2 % lanes;
    return 4L * (lanes * (2 * block + element % 2) + lane);
  }
}
