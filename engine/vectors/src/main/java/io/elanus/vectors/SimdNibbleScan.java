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
 * all bytes by twos and of the upper ones alone, until the latter could overflow; the lower ones are
 * what is left of the former without the latter. Tables repeat every sixteen bytes, so bits above a
 * code do no harm.
 */
record SimdNibbleScan(int subspaces) implements NibbleScan {
  /** Pairs whose sums, of at most 2 × 127, fit 16 bits. */
  private static final int PAIRS_IN_16_BITS = 256;

  /** Of a term of each of sixteen rows. */
  private static final int ROW_BYTES = 64;

  private static final int LANES = Lanes.FLOATS.length();
  private static final int SHARES = ENTRIES / LANES;

  /** Where {@link #write} finds the entries of a table, as often as a vector has room for it. */
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
    for (int j = 0; j < subspaces; j++) {
      for (int lane = 0; lane < ENTRIES; lane += LANES) {
        FloatVector dot = FloatVector.zero(Lanes.FLOATS);
        for (int i = j * width; i < (j + 1) * width; i++) {
          FloatVector numbers =
              FloatVector.fromArray(Lanes.FLOATS, entries, i * ENTRIES + lane);
          dot = dot.add(numbers.mul(query[i]));
        }
        dot.mul(factor).intoArray(tables, j * ENTRIES + lane);
      }
    }
  }

  @Override
  public NibbleTables round(float[] tables, MemorySegment prepared) {
    float[] least = new float[subspaces];
    double offset = 0;
    float widest = 0;
    for (int j = 0; j < subspaces; j++) {
      FloatVector low = FloatVector.fromArray(Lanes.FLOATS, tables, j * ENTRIES);
      FloatVector high = low;
      for (int lane = LANES; lane < ENTRIES; lane += LANES) {
        FloatVector some = FloatVector.fromArray(Lanes.FLOATS, tables, j * ENTRIES + lane);
        low = low.min(some);
        high = high.max(some);
      }
      least[j] = low.reduceLanes(MIN);
      offset += least[j];
      widest = Math.max(widest, high.reduceLanes(MAX) - least[j]);
    }
    float perUnit = NibbleTables.perUnit(widest);
    for (int j = 0; j < subspaces; j++) {
      write(tables, j, least[j], perUnit, prepared);
    }
    if (subspaces % 2 == 1) {
      prepared.asSlice((long) subspaces * BLOCK_ROWS, BLOCK_ROWS).fill((byte) 0);
    }
    return NibbleTables.of(offset, widest);
  }

  private static void write(
      float[] tables, int j, float least, float perUnit, MemorySegment prepared) {
    IntVector entries = IntVector.zero(Lanes.INTS);
    for (int share = 0; share < SHARES; share++) {
      IntVector some =
          FloatVector.fromArray(Lanes.FLOATS, tables, j * ENTRIES + share * LANES)
              .sub(least)
              .mul(perUnit)
              .add(NibbleTables.ROUNDER)
              .reinterpretAsInts()
              .and(LARGEST);
      entries = entries.or(some.lanewise(LSHL, 8 * share));
    }
    ByteVector table = ORDER.selectFrom(entries.reinterpretAsBytes());
    for (int copy = 0; copy < BLOCK_ROWS; copy += Lanes.STEP) {
      table.intoMemorySegment(
          prepared, (long) j * BLOCK_ROWS + copy, ByteOrder.LITTLE_ENDIAN);
    }
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
        ShortVector s = pair(table + 2 * o, codes + o);
        all = all.add(s);
        odd = odd.add(s.lanewise(LSHR, 8));
        s = pair(table + 2 * o + 2 * BLOCK_ROWS, codes + o + BLOCK_ROWS);
        more = more.add(s);
        moreOdd = moreOdd.add(s.lanewise(LSHR, 8));
      }
      if (o < end) {
        ShortVector s = pair(table + 2 * o, codes + o);
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

  /** What the codes of two subspaces find: a byte for each row. */
  private static ShortVector pair(long table, long codes) {
    ByteVector low = Lanes.bytes(codes);
    ByteVector high = low.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
    return low.selectFrom(Lanes.bytes(table))
        .add(high.selectFrom(Lanes.bytes(table + BLOCK_ROWS)))
        .reinterpretAsShorts();
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
