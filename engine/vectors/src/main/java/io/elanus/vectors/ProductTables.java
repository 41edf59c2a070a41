package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Makes the tables of a query: what each entry of {@link ProductCodes} adds to a distance, as whole
 * numbers from 0 on in steps that all tables share.
 *
 * <p>A prepared query is bias and scale as float32, zeros up to 64 bytes, then a table for each
 * look-up, unsigned 16-bit numbers; tables of zeros follow for the zeros of a row. A table of two
 * 4-bit codes has an entry for each pair of them. A distance is bias + scale × the sum of what is
 * looked up, plus the row's term.
 *
 * <p>The range of a table is not searched for but known: an entry of length R adds −2|q|R + R² to
 * |q|R of both signs. That costs a bit or two of the sixteen.
 */
final class ProductTables {
  static final int HEADER_BYTES = 64;

  /** What an entry of a table may be at most, less some for rounding. */
  private static final int LARGEST = 65_000;

  private final ProductCodes.Shape shape;
  private final boolean squared;
  private final float[] mean;
  private final float[] entries;
  private final int subDimension;

  /** [codes × entries] squared lengths; under an inner product zero. */
  private final float[] lengths;

  /** [codes] the length of the longest entry. */
  private final float[] longest;

  private final EntryLoops loops;

  ProductTables(
      ProductCodes.Shape shape,
      Distance distance,
      float[] mean,
      float[] entries,
      EntryLoops loops) {
    this.loops = loops;
    this.shape = shape;
    this.squared = distance == Distance.L2;
    this.mean = mean;
    this.entries = entries;
    this.subDimension = mean.length / shape.subspaces();
    this.lengths = new float[shape.codes() * shape.entries()];
    this.longest = new float[shape.codes()];
    for (int code = 0; code < shape.codes(); code++) {
      measure(code);
    }
  }

  private void measure(int code) {
    int count = shape.entries();
    for (int e = 0; e < count; e++) {
      float sum = 0;
      for (int d = 0; d < subDimension; d++) {
        float value = entries[(code * subDimension + d) * count + e];
        sum += value * value;
      }
      longest[code] = Math.max(longest[code], (float) Math.sqrt(sum));
      lengths[code * count + e] = squared ? sum : 0;
    }
  }

  int queryBytes() {
    return HEADER_BYTES + 2 * shape.paddedLookups() * shape.tableEntries();
  }

  void prepare(MemorySegment row, MemorySegment query) {
    float[] values = new float[mean.length];
    MemorySegment.copy(row, Layouts.FLOAT, 0, values, 0, values.length);
    double bias = 0;
    for (int i = 0; i < values.length; i++) {
      if (squared) {
        values[i] -= mean[i];
      }
      bias += squared ? (double) values[i] * values[i] : -(double) values[i] * mean[i];
    }
    float[] low = new float[shape.codes()];
    float unit = unit(values, low);
    float perUnit = unit > 0 ? 1 / unit : 0;
    for (float least : low) {
      bias += least;
    }
    query.set(Layouts.FLOAT, 0, (float) bias);
    query.set(Layouts.FLOAT, 4, unit);
    query.asSlice(8, HEADER_BYTES - 8).fill((byte) 0);
    write(values, low, perUnit, query);
  }

  /** The step of the tables; {@code low} becomes where each begins. */
  private float unit(float[] values, float[] low) {
    float range = 0;
    float before = 0;
    for (int code = 0; code < low.length; code++) {
      float own = range(values, low, code);
      boolean second = shape.bits() <= 4 && code % 2 == 1;
      range = Math.max(range, second ? before + own : own);
      before = own;
    }
    return range / Math.min(LARGEST, Integer.MAX_VALUE / shape.lookups());
  }

  private float range(float[] values, float[] low, int code) {
    int from = code / shape.stages() * subDimension;
    double length = 0;
    for (int d = 0; d < subDimension; d++) {
      length += (double) values[from + d] * values[from + d];
    }
    float q = (float) Math.sqrt(length);
    float reach = longest[code];
    if (!squared) {
      low[code] = -q * reach;
      return 2 * q * reach;
    }
    // The least of x² − 2qx for an entry of length x up to R.
    float nearest = Math.min(q, reach);
    low[code] = nearest * (nearest - 2 * q);
    return Math.max(0, reach * (reach + 2 * q)) - low[code];
  }

  private void write(float[] values, float[] low, float perUnit, MemorySegment query) {
    float factor = squared ? -2 * perUnit : -perUnit;
    float[] weights = new float[values.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = factor * values[i];
    }
    boolean pairs = shape.bits() <= 4;
    float[] one = new float[16];
    float[] other = new float[16];
    short[] table = new short[shape.tableEntries()];
    long at = HEADER_BYTES;
    for (int lookup = 0; lookup < shape.lookups(); lookup++) {
      if (pairs) {
        fill(weights, low, perUnit, 2 * lookup, one);
        fill(weights, low, perUnit, 2 * lookup + 1, other);
        loops.pairs(one, other, table);
      } else {
        loops.table(
            weights,
            lookup / shape.stages() * subDimension,
            entries,
            lookup * subDimension * shape.entries(),
            subDimension,
            shape.entries(),
            lengths,
            lookup * shape.entries(),
            perUnit,
            -low[lookup] * perUnit,
            table);
      }
      MemorySegment.copy(table, 0, query, Layouts.SHORT, at, table.length);
      at += 2L * table.length;
    }
    query.asSlice(at, queryBytes() - at).fill((byte) 0);
  }

  /**
   * What each of few entries adds, in steps from where the table begins; nothing without a code.
   */
  private void fill(float[] weights, float[] low, float perUnit, int code, float[] sums) {
    Arrays.fill(sums, 0);
    for (int e = 0; code < shape.codes() && e < shape.entries(); e++) {
      int first = code / shape.stages() * subDimension;
      float sum = Math.fma(lengths[code * shape.entries() + e], perUnit, -low[code] * perUnit);
      for (int d = 0; d < subDimension; d++) {
        int element = (code * subDimension + d) * shape.entries();
        sum = Math.fma(weights[first + d], entries[element + e], sum);
      }
      sums[e] = sum;
    }
  }
}
