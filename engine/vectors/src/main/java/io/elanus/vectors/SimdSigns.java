package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;

/**
 * SIMD distances to signs, two rows a step. The prepared query is, for each vector of the row, the
 * four vectors of its planes, zero beyond the signs, then bias, scale, slack and sum of {@link
 * SignCodes.Asked} in the last 64 bytes. The bits that a row and a plane share are counted in
 * words, and the planes add up as 1, 2, 4 and -8.
 */
final class SimdSigns extends SimdKernel {
  private static final VarHandle EIGHT_STEPS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The lowest bit of each byte. */
  private static final long LOWEST = 0x0101010101010101L;

  /**
   * Times this, the lowest bits of eight bytes come together in the uppermost, the first lowest.
   */
  private static final long GATHER = 0x0102040810204080L;

  private final SignCodes codes;
  private final float errors;

  SimdSigns(SignCodes codes, float errors) {
    super(codes.dimension(), codes.rowBytes());
    this.codes = codes;
    this.errors = errors;
  }

  @Override
  public int queryBytes() {
    return SignCodes.PLANES * rowBytes + ElementType.ALIGNMENT_BYTES;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    byte[] steps = new byte[(dimension + 31) & -32];
    SignCodes.Asked asked = codes.ask(row, errors, steps);
    query.asSlice(0, queryBytes()).fill((byte) 0);
    for (int first = 0; first < dimension; first += 32) {
      plane(steps, first, 0, query);
      plane(steps, first, 1, query);
      plane(steps, first, 2, query);
      plane(steps, first, 3, query);
    }
    asked.write(query, (long) SignCodes.PLANES * rowBytes);
  }

  /** Writes a bit of each of 32 steps, of which the last may be beyond the end. */
  private static void plane(byte[] steps, int first, int plane, MemorySegment query) {
    int bits = 0;
    for (int i = 0; i < 32; i += 8) {
      long eight = (long) EIGHT_STEPS.get(steps, first + i);
      bits |= (int) ((eight >>> plane & LOWEST) * GATHER >>> 56) << i;
    }
    int at = (first + SignCodes.FIRST_BIT) / 8;
    int block = at / Lanes.STEP;
    query.set(
        Layouts.INT,
        (long) Lanes.STEP * (SignCodes.PLANES * block + plane) + at % Lanes.STEP,
        bits);
  }

  /**
   * Terms come first: to read them, at the end of each row, brings rows into the cache while none
   * waits for another, and the factors at their beginning bring the other end of long ones.
   */
  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    long asked = query + (long) SignCodes.PLANES * rowBytes;
    float bias = Lanes.scalarFloat(asked);
    float slack = Lanes.scalarFloat(asked + 8);
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      float term = Lanes.scalarFloat(row + rowBytes - 4);
      distances[k] = bias + term + Lanes.scalarFloat(row) * slack;
    }
    float scale = Lanes.scalarFloat(asked + 4);
    int sum = Lanes.scalarInt(asked + 12);
    int last = count - 1;
    for (int k = 0; k < count; k += 2) {
      long a = Lanes.mask(rows + ordinals[k] * stride);
      long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
      LongVector s = LongVector.zero(Lanes.LONGS);
      LongVector t = s;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        LongVector one = Lanes.longs(query + 4 * o);
        LongVector two = Lanes.longs(query + 4 * o + Lanes.STEP);
        LongVector four = Lanes.longs(query + 4 * o + 2 * Lanes.STEP);
        LongVector minusEight = Lanes.longs(query + 4 * o + 3 * Lanes.STEP);
        s = s.add(steps(Lanes.longs(a + o), one, two, four, minusEight));
        t = t.add(steps(Lanes.longs(b + o), one, two, four, minusEight));
      }
      long both = s.add(t.lanewise(LSHL, 32)).reduceLanes(ADD);
      int lower = (int) both;
      int upper = (int) (both - lower >> 32);
      distances[k] += Lanes.scalarFloat(a) * (scale * (2 * lower - sum));
      if (k < last) {
        distances[k + 1] += Lanes.scalarFloat(b) * (scale * (2 * upper - sum));
      }
    }
  }

  /** Sums of the steps where a row has a bit, one a word. */
  private static LongVector steps(
      LongVector row, LongVector one, LongVector two, LongVector four, LongVector minusEight) {
    LongVector eights = row.and(minusEight).lanewise(BIT_COUNT);
    LongVector fours = row.and(four).lanewise(BIT_COUNT).sub(eights.add(eights));
    LongVector twos = row.and(two).lanewise(BIT_COUNT).add(fours.add(fours));
    return row.and(one).lanewise(BIT_COUNT).add(twos.add(twos));
  }
}
