package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Computes in the scalar form until the compiler has done its work on the SIMD form, then in that.
 * Uncompiled, a SIMD kernel allocates an object for each of its operations and is hundreds of times
 * slower than plain loops; the first scan after a restart would wait for the compiler.
 *
 * <p>The prepared query has room for both forms, the SIMD one first. Both give the same bits, the
 * SIMD one always for float32 under L2 and INNER_PRODUCT (see {@link Lanes#sum}) and for integers,
 * else as soon as it is compiled.
 */
final class StartingKernel implements Kernel {
  private static final int ALIGNMENT_BYTES = 64;

  private final Kernel simd;
  private final Kernel scalar;
  private final BooleanSupplier compiled;
  private final int scalarQueryAt;

  StartingKernel(Kernel simd, Kernel scalar, BooleanSupplier compiled) {
    this.simd = simd;
    this.scalar = scalar;
    this.compiled = compiled;
    this.scalarQueryAt = (simd.queryBytes() + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }

  @Override
  public int dimension() {
    return simd.dimension();
  }

  @Override
  public int rowBytes() {
    return simd.rowBytes();
  }

  @Override
  public int queryBytes() {
    return scalarQueryAt + scalar.queryBytes();
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    simd.prepare(row, query);
    if (!compiled.getAsBoolean()) { // and once it says yes, it never says no again
      scalar.prepare(row, query.asSlice(scalarQueryAt, scalar.queryBytes()));
    }
  }

  @Override
  public void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances) {
    if (compiled.getAsBoolean()) {
      simd.distances(query, rows, base, stride, ordinals, count, distances);
    } else {
      MemorySegment scalarQuery = query.asSlice(scalarQueryAt);
      scalar.distances(scalarQuery, rows, base, stride, ordinals, count, distances);
    }
  }
}
