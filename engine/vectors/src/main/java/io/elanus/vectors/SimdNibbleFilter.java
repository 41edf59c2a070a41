package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.SUSUB;
import static jdk.incubator.vector.VectorOperators.ULE;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;

/**
 * The SIMD form, two blocks a step, so that a table is loaded once for 128 rows. The entries of
 * four dimensions add up in bytes without a carry, then in 16 bits: once two bytes at a time, once
 * the upper ones alone, which the first sum is freed of at the end.
 *
 * <p>A byte is its own index of the lower code: a look-up takes the lower bits of an index only,
 * and the table stands there as often as the bits above the code tell apart.
 */
record SimdNibbleFilter(int dimension) implements NibbleFilter {
  /** Beyond any offset in a block; a bound that the compiler knows spares a check at every load. */
  private static final int OFFSETS = 0xFFFFF80;

  @Override
  public void within(
      MemorySegment tables, MemorySegment codes, long at, int blocks, Bound bound, long[] passed) {
    int stride = NibbleFilter.blockBytes(dimension);
    assert at + (long) blocks * stride <= codes.byteSize() && codes.isNative();
    assert tables.byteSize() >= NibbleFilter.tableBytes(dimension);
    CheckedMemory.open(tables, codes);
    try {
      for (int half = 0; half < BLOCK_ROWS; half += Lanes.STEP) {
        compute(
            tables.address(),
            codes.address() + at + half,
            stride,
            blocks,
            half,
            (short) bound.slope(),
            bound.shift(),
            (short) bound.limit(),
            passed);
      }
    } finally {
      CheckedMemory.close();
      Reference.reachabilityFence(codes);
      Reference.reachabilityFence(tables);
    }
  }

  private void compute(
      long tables,
      long codes,
      int stride,
      int blocks,
      int half,
      short slope,
      int shift,
      short limit,
      long[] passed) {
    int end = (stride - BLOCK_ROWS) & OFFSETS;
    long t = Lanes.mask(tables);
    for (int block = 0; block < blocks; block += 2) {
      int other = Math.min(block + 1, blocks - 1);
      long a = Lanes.mask(codes + (long) block * stride);
      long b = Lanes.mask(codes + (long) other * stride);
      ShortVector aBoth = ShortVector.zero(Lanes.SHORTS);
      ShortVector aOdd = aBoth;
      ShortVector bBoth = aBoth;
      ShortVector bOdd = aBoth;
      for (int o = 0; o < end; o += 2 * BLOCK_ROWS) {
        ByteVector first = Lanes.bytes(t + 2 * o);
        ByteVector second = Lanes.bytes(t + 2 * o + BLOCK_ROWS);
        ByteVector third = Lanes.bytes(t + 2 * o + 2 * BLOCK_ROWS);
        ByteVector fourth = Lanes.bytes(t + 2 * o + 3 * BLOCK_ROWS);
        ByteVector low = Lanes.bytes(a + o);
        ByteVector high = Lanes.bytes(a + o + BLOCK_ROWS);
        ShortVector four =
            low.selectFrom(first)
                .add(upper(low).selectFrom(second))
                .add(high.selectFrom(third).add(upper(high).selectFrom(fourth)))
                .reinterpretAsShorts();
        aBoth = aBoth.add(four);
        aOdd = aOdd.add(four.lanewise(LSHR, 8));
        low = Lanes.bytes(b + o);
        high = Lanes.bytes(b + o + BLOCK_ROWS);
        four =
            low.selectFrom(first)
                .add(upper(low).selectFrom(second))
                .add(high.selectFrom(third).add(upper(high).selectFrom(fourth)))
                .reinterpretAsShorts();
        bBoth = bBoth.add(four);
        bOdd = bOdd.add(four.lanewise(LSHR, 8));
      }
      ShortVector errors = Lanes.shorts(a + end);
      ShortVector spared = errors.and((short) 255).mul(slope).lanewise(LSHR, shift);
      ShortVector even = aBoth.sub(aOdd.lanewise(LSHL, 8));
      long lower = even.lanewise(SUSUB, spared).compare(ULE, limit).toLong();
      spared = errors.lanewise(LSHR, 8).mul(slope).lanewise(LSHR, shift);
      long upper = aOdd.lanewise(SUSUB, spared).compare(ULE, limit).toLong();
      passed[block] = joined(half == 0 ? 0 : passed[block], lower, upper, half);
      errors = Lanes.shorts(b + end);
      spared = errors.and((short) 255).mul(slope).lanewise(LSHR, shift);
      even = bBoth.sub(bOdd.lanewise(LSHL, 8));
      lower = even.lanewise(SUSUB, spared).compare(ULE, limit).toLong();
      spared = errors.lanewise(LSHR, 8).mul(slope).lanewise(LSHR, shift);
      upper = bOdd.lanewise(SUSUB, spared).compare(ULE, limit).toLong();
      if (other > block) {
        passed[other] = joined(half == 0 ? 0 : passed[other], lower, upper, half);
      }
    }
  }

  private static ByteVector upper(ByteVector codes) {
    return codes.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
  }

  private static long joined(long before, long lower, long upper, int half) {
    return before | lower << (half / 2) | upper << (32 + half / 2);
  }
}
