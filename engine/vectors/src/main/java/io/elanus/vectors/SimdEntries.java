package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * SIMD loops over entries, four vectors of them at a time where there are so many, to the same bits
 * as {@link ScalarEntries}: an entry stays in its lane.
 */
final class SimdEntries implements EntryLoops {
  private static final int LANES = Lanes.FLOATS.length();
  private static final int FOUR = 4 * LANES;

  /** Shorts of as many lanes. */
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES));

  private final EntryLoops plain = new ScalarEntries();

  @Override
  public int nearest(
      float[] values, int at, float[] entries, int codebook, int subDimension, int count) {
    if (count % LANES != 0) {
      return plain.nearest(values, at, entries, codebook, subDimension, count);
    }
    FloatVector least = FloatVector.broadcast(Lanes.FLOATS, Float.POSITIVE_INFINITY);
    IntVector which = IntVector.zero(Lanes.INTS);
    int e = 0;
    for (; e + FOUR <= count; e += FOUR) {
      FloatVector a = FloatVector.zero(Lanes.FLOATS);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = 0, from = codebook + e; i < subDimension; i++, from += count) {
        FloatVector value = FloatVector.broadcast(Lanes.FLOATS, values[at + i]);
        FloatVector x = value.sub(FloatVector.fromArray(Lanes.FLOATS, entries, from));
        FloatVector y = value.sub(FloatVector.fromArray(Lanes.FLOATS, entries, from + LANES));
        FloatVector z = value.sub(FloatVector.fromArray(Lanes.FLOATS, entries, from + 2 * LANES));
        FloatVector w = value.sub(FloatVector.fromArray(Lanes.FLOATS, entries, from + 3 * LANES));
        a = x.fma(x, a);
        b = y.fma(y, b);
        c = z.fma(z, c);
        d = w.fma(w, d);
      }
      which = which.blend(e, a.lt(least).cast(Lanes.INTS));
      least = least.min(a);
      which = which.blend(e + LANES, b.lt(least).cast(Lanes.INTS));
      least = least.min(b);
      which = which.blend(e + 2 * LANES, c.lt(least).cast(Lanes.INTS));
      least = least.min(c);
      which = which.blend(e + 3 * LANES, d.lt(least).cast(Lanes.INTS));
      least = least.min(d);
    }
    for (; e < count; e += LANES) {
      FloatVector a = FloatVector.zero(Lanes.FLOATS);
      for (int i = 0, from = codebook + e; i < subDimension; i++, from += count) {
        FloatVector value = FloatVector.broadcast(Lanes.FLOATS, values[at + i]);
        FloatVector x = value.sub(FloatVector.fromArray(Lanes.FLOATS, entries, from));
        a = x.fma(x, a);
      }
      which = which.blend(e, a.lt(least).cast(Lanes.INTS));
      least = least.min(a);
    }
    return first(least, which);
  }

  /** The lowest entry among the lanes of the least. */
  private static int first(FloatVector least, IntVector which) {
    float[] squares = new float[LANES];
    int[] from = new int[LANES];
    least.intoArray(squares, 0);
    which.intoArray(from, 0);
    int nearest = from[0];
    float found = squares[0];
    for (int lane = 1; lane < LANES; lane++) {
      int entry = from[lane] + lane;
      if (squares[lane] < found || (squares[lane] == found && entry < nearest)) {
        found = squares[lane];
        nearest = entry;
      }
    }
    return nearest;
  }

  @Override
  public void table(
      float[] weights,
      int at,
      float[] entries,
      int codebook,
      int subDimension,
      int count,
      float[] lengths,
      int first,
      float perUnit,
      float offset,
      short[] table) {
    if (count % LANES != 0) {
      plain.table(
          weights,
          at,
          entries,
          codebook,
          subDimension,
          count,
          lengths,
          first,
          perUnit,
          offset,
          table);
      return;
    }
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, perUnit);
    FloatVector start = FloatVector.broadcast(Lanes.FLOATS, offset);
    int e = 0;
    for (; e + FOUR <= count; e += FOUR) {
      int length = first + e;
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, lengths, length).fma(scale, start);
      FloatVector b =
          FloatVector.fromArray(Lanes.FLOATS, lengths, length + LANES).fma(scale, start);
      FloatVector c =
          FloatVector.fromArray(Lanes.FLOATS, lengths, length + 2 * LANES).fma(scale, start);
      FloatVector d =
          FloatVector.fromArray(Lanes.FLOATS, lengths, length + 3 * LANES).fma(scale, start);
      for (int i = 0, from = codebook + e; i < subDimension; i++, from += count) {
        FloatVector weight = FloatVector.broadcast(Lanes.FLOATS, weights[at + i]);
        a = FloatVector.fromArray(Lanes.FLOATS, entries, from).fma(weight, a);
        b = FloatVector.fromArray(Lanes.FLOATS, entries, from + LANES).fma(weight, b);
        c = FloatVector.fromArray(Lanes.FLOATS, entries, from + 2 * LANES).fma(weight, c);
        d = FloatVector.fromArray(Lanes.FLOATS, entries, from + 3 * LANES).fma(weight, d);
      }
      rounded(a).intoArray(table, e);
      rounded(b).intoArray(table, e + LANES);
      rounded(c).intoArray(table, e + 2 * LANES);
      rounded(d).intoArray(table, e + 3 * LANES);
    }
    for (; e < count; e += LANES) {
      FloatVector a = FloatVector.fromArray(Lanes.FLOATS, lengths, first + e).fma(scale, start);
      for (int i = 0, from = codebook + e; i < subDimension; i++, from += count) {
        FloatVector weight = FloatVector.broadcast(Lanes.FLOATS, weights[at + i]);
        a = FloatVector.fromArray(Lanes.FLOATS, entries, from).fma(weight, a);
      }
      rounded(a).intoArray(table, e);
    }
  }

  @Override
  public void pairs(float[] one, float[] other, short[] table) {
    if (one.length % LANES != 0) {
      plain.pairs(one, other, table);
      return;
    }
    for (int low = 0; low < one.length; low += LANES) {
      FloatVector of = FloatVector.fromArray(Lanes.FLOATS, one, low);
      for (int high = 0; high < other.length; high++) {
        rounded(of.add(other[high])).intoArray(table, one.length * high + low);
      }
    }
  }

  private static ShortVector rounded(FloatVector sums) {
    return (ShortVector) sums.add(0.5f).convert(F2I, 0).convertShape(I2S, SHORTS, 0);
  }
}
