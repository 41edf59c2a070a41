package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * SIMD sums of table entries, two blocks a step, so that a table is loaded once for 128 rows. The
 * bytes of a pair add up without a carry; sums of the even and of the odd rows grow in 16 bits and
 * are widened before they could overflow.
 */
record SimdNibbleScan(int subspaces) implements NibbleScan {
  /** Pairs whose sums, of at most 2 × 127, fit 16 bits. */
  private static final int PAIRS_IN_16_BITS = 256;

  @Override
  public void sums(
      MemorySegment tables, MemorySegment codes, long at, long stride, int blocks, int[] sums) {
    assert blocks == 0
        || at + (blocks - 1) * stride + NibbleScan.blockBytes(subspaces) <= codes.byteSize();
    assert codes.isNative() && tables.byteSize() >= NibbleScan.tableBytes(subspaces);
    CheckedMemory.open(tables, codes);
    try {
      long table = Lanes.mask(tables.address());
      long first = codes.address() + at;
      for (int block = 0; block < blocks; block += 2) {
        int other = Math.min(block + 1, blocks - 1);
        for (int half = 0; half < BLOCK_ROWS; half += Lanes.STEP) {
          long a = Lanes.mask(first + block * stride + half);
          long b = Lanes.mask(first + other * stride + half);
          two(table, a, b, sums, block * BLOCK_ROWS + half / 4, other * BLOCK_ROWS + half / 4);
        }
      }
    } finally {
      CheckedMemory.close();
      Reference.reachabilityFence(codes);
      Reference.reachabilityFence(tables);
    }
  }

  private void two(long table, long a, long b, int[] sums, int aOut, int bOut) {
    int pairs = (subspaces + 1) / 2;
    IntVector zero = IntVector.zero(Lanes.INTS);
    IntVector a0 = zero;
    IntVector a1 = zero;
    IntVector a2 = zero;
    IntVector a3 = zero;
    IntVector b0 = zero;
    IntVector b1 = zero;
    IntVector b2 = zero;
    IntVector b3 = zero;
    for (int from = 0; from < pairs; from += PAIRS_IN_16_BITS) {
      int end = Math.min(pairs, from + PAIRS_IN_16_BITS) * BLOCK_ROWS;
      ShortVector aEven = ShortVector.zero(Lanes.SHORTS);
      ShortVector aOdd = aEven;
      ShortVector bEven = aEven;
      ShortVector bOdd = aEven;
      for (int o = from * BLOCK_ROWS; o < end; o += BLOCK_ROWS) {
        ByteVector even = Lanes.bytes(table + 2 * o);
        ByteVector odd = Lanes.bytes(table + 2 * o + BLOCK_ROWS);
        ShortVector s = entries(Lanes.bytes(a + o), even, odd);
        ShortVector t = entries(Lanes.bytes(b + o), even, odd);
        aEven = aEven.add(s.and((short) 255));
        aOdd = aOdd.add(s.lanewise(LSHR, 8));
        bEven = bEven.add(t.and((short) 255));
        bOdd = bOdd.add(t.lanewise(LSHR, 8));
      }
      a0 = a0.add(lower(aEven));
      a1 = a1.add(lower(aOdd));
      a2 = a2.add(upper(aEven));
      a3 = a3.add(upper(aOdd));
      b0 = b0.add(lower(bEven));
      b1 = b1.add(lower(bOdd));
      b2 = b2.add(upper(bEven));
      b3 = b3.add(upper(bOdd));
    }
    a0.intoArray(sums, aOut);
    a1.intoArray(sums, aOut + 16);
    a2.intoArray(sums, aOut + 32);
    a3.intoArray(sums, aOut + 48);
    b0.intoArray(sums, bOut);
    b1.intoArray(sums, bOut + 16);
    b2.intoArray(sums, bOut + 32);
    b3.intoArray(sums, bOut + 48);
  }

  private static ShortVector entries(ByteVector codes, ByteVector even, ByteVector odd) {
    ByteVector low = codes.and((byte) 15);
    ByteVector high =
        codes.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes().and((byte) 15);
    return low.selectFrom(even).add(high.selectFrom(odd)).reinterpretAsShorts();
  }

  private static IntVector lower(ShortVector sums) {
    return sums.reinterpretAsInts().and(0xFFFF);
  }

  private static IntVector upper(ShortVector sums) {
    return sums.reinterpretAsInts().lanewise(LSHR, 16);
  }
}
