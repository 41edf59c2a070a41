package io.elanus.vectors;

import static io.elanus.vectors.NibbleTables.ENTRIES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * SIMD sums of table entries. The bytes of a pair add up without a carry. Sums grow in 16 bits, of
 * all bytes by twos and of the upper ones alone, until the latter could overflow; the lower ones
 * are what is left of the former without the latter. Tables repeat every sixteen bytes, so bits
 * above a code do no harm.
 */
record SimdNibbleScan(int subspaces) implements NibbleScan {
  /** Pairs whose sums, of at most 2 × 127, fit 16 bits. */
  private static final int PAIRS_IN_16_BITS = 256;

  /** Of a term of each of sixteen rows. */
  private static final int ROW_BYTES = 64;

  private static final int LANES = Lanes.FLOATS.length();
  private static final int SHARES = ENTRIES / LANES;

  /** Where the rounded entries of a table are, as often as a vector has room for them. */
  private static final ByteVector ORDER =
      ByteVector.fromArray(Lanes.BYTES, order(Lanes.BYTES.length()), 0);

  private static byte[] order(int bytes) {
    byte[] order = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      int code = i % ENTRIES;
      order[i] = (byte) (4 * (code % LANES) + code / LANES);
    }
    return order;
  }

  @Override
  public void fill(float[] query, int width, float[] entries, float factor, float[] tables) {
    int numbers = width * ENTRIES;
    for (int lane = 0; lane < ENTRIES; lane += LANES) {
      for (int j = 0; j < subspaces; j += 4) {
        int last = subspaces - 1;
        int k = Math.min(j + 1, last);
        int l = Math.min(j + 2, last);
        int m = Math.min(j + 3, last);
        FloatVector jDot = FloatVector.zero(Lanes.FLOATS);
        FloatVector kDot = jDot;
        FloatVector lDot = jDot;
        FloatVector mDot = jDot;
        for (int i = 0; i < width; i++) {
          int at = i * ENTRIES + lane;
          jDot = jDot.add(numbers(entries, j * numbers + at).mul(query[j * width + i]));
          kDot = kDot.add(numbers(entries, k * numbers + at).mul(query[k * width + i]));
          lDot = lDot.add(numbers(entries, l * numbers + at).mul(query[l * width + i]));
          mDot = mDot.add(numbers(entries, m * numbers + at).mul(query[m * width + i]));
        }
        jDot.mul(factor).intoArray(tables, j * ENTRIES + lane);
        kDot.mul(factor).intoArray(tables, k * ENTRIES + lane);
        lDot.mul(factor).intoArray(tables, l * ENTRIES + lane);
        mDot.mul(factor).intoArray(tables, m * ENTRIES + lane);
      }
    }
  }

  private static FloatVector numbers(float[] of, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, of, at);
  }

  @Override
  public NibbleTables round(float[] tables, MemorySegment prepared) {
    float[] least = new float[subspaces];
    double offset = 0;
    float widest = 0;
    for (int j = 0; j < subspaces; j++) {
      FloatVector low = numbers(tables, j * ENTRIES);
      FloatVector high = low;
      for (int lane = LANES; lane < ENTRIES; lane += LANES) {
        FloatVector some = numbers(tables, j * ENTRIES + lane);
        low = low.min(some);
        high = high.max(some);
      }
      least[j] = low.reduceLanes(MIN);
      offset += least[j];
      widest = Math.max(widest, high.reduceLanes(MAX) - least[j]);
    }
    float perUnit = NibbleTables.perUnit(widest);
    for (int j = 0; j < subspaces; j++) {
      IntVector entries = IntVector.zero(Lanes.INTS);
      for (int share = 0; share < SHARES; share++) {
        IntVector some =
            numbers(tables, j * ENTRIES + share * LANES)
                .sub(least[j])
                .mul(perUnit)
                .add(NibbleTables.ROUNDER)
                .reinterpretAsInts()
                .and(LARGEST);
        entries = entries.or(some.lanewise(LSHL, 8 * share));
      }
      ByteVector table = ORDER.selectFrom(entries.reinterpretAsBytes());
      for (int copy = 0; copy < BLOCK_ROWS; copy += Lanes.STEP) {
        long at = (long) j * BLOCK_ROWS + copy;
        table.intoMemorySegment(prepared, at, ByteOrder.LITTLE_ENDIAN);
      }
    }
    if (subspaces % 2 == 1) {
      prepared.asSlice((long) subspaces * BLOCK_ROWS, BLOCK_ROWS).fill((byte) 0);
    }
    return NibbleTables.of(offset, widest);
  }

  @Override
  public void distances(
      MemorySegment tables,
      NibbleTables rounded,
      MemorySegment codes,
      long at,
      long stride,
      int blocks,
      int terms,
      float bias,
      float far,
      float[] distances,
      long[] within) {
    int besideBytes = 4 * BLOCK_ROWS * terms;
    assert blocks == 0
        || at + (blocks - 1) * stride + NibbleScan.blockBytes(subspaces) + besideBytes
            <= codes.byteSize();
    assert codes.isNative() && tables.byteSize() >= NibbleScan.tableBytes(subspaces);
    CheckedMemory.open(tables, codes);
    try {
      long table = Lanes.mask(tables.address());
      long first = codes.address() + at;
      Weights weights = new Weights(rounded.offset(), rounded.scale(), bias, far, terms);
      for (int block = 0; block < blocks; block++) {
        within[block] = 0;
        for (int part = 0; part < BLOCK_ROWS; part += Lanes.STEP) {
          long start = Lanes.mask(first + block * stride + part);
          int row = block * BLOCK_ROWS + part / 4;
          within[block] |= distances(table, start, weights, distances, row) << (part / 4);
        }
      }
    } finally {
      CheckedMemory.close();
      Reference.reachabilityFence(codes);
      Reference.reachabilityFence(tables);
    }
  }

  private record Weights(float offset, float scale, float bias, float far, int terms) {}

  /** Some of every sixteen rows of a block; returns a bit for each that is not too far. */
  private long distances(long table, long codes, Weights weights, float[] distances, int out) {
    int pairs = (subspaces + 1) / 2;
    IntVector first = IntVector.zero(Lanes.INTS);
    IntVector second = first;
    IntVector third = first;
    IntVector fourth = first;
    for (int from = 0; from < pairs; from += PAIRS_IN_16_BITS) {
      int end = Math.min(pairs, from + PAIRS_IN_16_BITS) * BLOCK_ROWS;
      ShortVector all = ShortVector.zero(Lanes.SHORTS);
      ShortVector odd = all;
      ShortVector more = all;
      ShortVector moreOdd = all;
      int o = from * BLOCK_ROWS;
      for (; o + BLOCK_ROWS < end; o += 2 * BLOCK_ROWS) {
        ByteVector a = Lanes.bytes(codes + o);
        ShortVector s =
            a.selectFrom(Lanes.bytes(table + 2 * o))
                .add(high(a).selectFrom(Lanes.bytes(table + 2 * o + BLOCK_ROWS)))
                .reinterpretAsShorts();
        ByteVector b = Lanes.bytes(codes + o + BLOCK_ROWS);
        ShortVector t =
            b.selectFrom(Lanes.bytes(table + 2 * o + 2 * BLOCK_ROWS))
                .add(high(b).selectFrom(Lanes.bytes(table + 2 * o + 3 * BLOCK_ROWS)))
                .reinterpretAsShorts();
        all = all.add(s);
        odd = odd.add(s.lanewise(LSHR, 8));
        more = more.add(t);
        moreOdd = moreOdd.add(t.lanewise(LSHR, 8));
      }
      if (o < end) {
        ByteVector a = Lanes.bytes(codes + o);
        ShortVector s =
            a.selectFrom(Lanes.bytes(table + 2 * o))
                .add(high(a).selectFrom(Lanes.bytes(table + 2 * o + BLOCK_ROWS)))
                .reinterpretAsShorts();
        all = all.add(s);
        odd = odd.add(s.lanewise(LSHR, 8));
      }
      odd = odd.add(moreOdd);
      ShortVector even = all.add(more).sub(odd.lanewise(LSHL, 8));
      first = first.add(lower(even));
      second = second.add(lower(odd));
      third = third.add(upper(even));
      fourth = fourth.add(upper(odd));
    }
    long beside = codes + NibbleScan.blockBytes(subspaces);
    return weigh(first, beside, weights, distances, out)
        | weigh(second, beside + ROW_BYTES, weights, distances, out + 16) << 16
        | weigh(third, beside + 2 * ROW_BYTES, weights, distances, out + 32) << 32
        | weigh(fourth, beside + 3 * ROW_BYTES, weights, distances, out + 48) << 48;
  }

  private static ByteVector high(ByteVector codes) {
    return codes.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
  }

  private static IntVector lower(ShortVector sums) {
    return sums.reinterpretAsInts().and(0xFFFF);
  }

  private static IntVector upper(ShortVector sums) {
    return sums.reinterpretAsInts().lanewise(LSHR, 16);
  }

  /**
   * Writes distances; returns a bit for each that is not too far.
   *
   * @param beside the address of the terms of these rows
   */
  private static long weigh(
      IntVector sums, long beside, Weights weights, float[] distances, int out) {
    FloatVector numbers = (FloatVector) sums.convert(I2F, 0);
    FloatVector distance = numbers.mul(weights.scale).add(weights.offset);
    if (weights.terms == 2) {
      distance = distance.mul(Lanes.floats(beside + 4L * BLOCK_ROWS));
    }
    distance = distance.add(weights.bias);
    if (weights.terms > 0) {
      distance = distance.add(Lanes.floats(beside));
    }
    distance.intoArray(distances, out);
    return distance.compare(GT, weights.far).not().toLong();
  }
}
