package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * 4-bit codes by which a {@link NibbleFilter} leaves out rows that cannot be near a query: element
 * j of a row is about low[j] + step[j] × code[j], code in [0, 15]. A query's tables hold what each
 * code adds to the distance to what the codes stand for, rounded down, so that their sum never says
 * too much.
 */
public final class FilterCodes {
  private static final int ENTRIES = 16;
  private static final int LARGEST = ENTRIES - 1;

  /** Shares of the values that ranges may leave out on either side; the best of them is taken. */
  private static final double[] CLIPPED = {0, 0.002, 0.006};

  private final Distance distance;
  private final float[] low;
  private final float[] step;

  /**
   * Takes known ranges.
   *
   * @param distance L2 or INNER_PRODUCT
   */
  public FilterCodes(Distance distance, float[] low, float[] step) {
    if (distance != Distance.L2 && distance != Distance.INNER_PRODUCT) {
      throw new IllegalArgumentException("no filter by " + distance);
    }
    this.distance = distance;
    this.low = low;
    this.step = step;
  }

  /** Finds ranges that keep the codes near the rows of a sample. */
  public static FilterCodes train(Distance distance, float[][] sample, int dimension) {
    int[] clipped = new int[CLIPPED.length];
    for (int i = 0; i < clipped.length; i++) {
      clipped[i] = (int) (sample.length * CLIPPED[i]);
    }
    CodeRanges[] trained = CodeRanges.train(sample, dimension, clipped, LARGEST);
    FilterCodes best = new FilterCodes(distance, trained[0].low(), trained[0].step());
    double least = best.errors(sample);
    for (int i = 1; i < trained.length; i++) {
      FilterCodes codes = new FilterCodes(distance, trained[i].low(), trained[i].step());
      double errors = codes.errors(sample);
      if (errors < least) {
        best = codes;
        least = errors;
      }
    }
    return best;
  }

  private double errors(float[][] rows) {
    double errors = 0;
    for (float[] row : rows) {
      errors += error(row);
    }
    return errors;
  }

  /** L2 or INNER_PRODUCT. */
  public Distance distance() {
    return distance;
  }

  public int dimension() {
    return low.length;
  }

  public float[] low() {
    return low.clone();
  }

  public float[] step() {
    return step.clone();
  }

  /** How far a row is from what its codes stand for. */
  public double error(float[] row) {
    double squared = 0;
    for (int j = 0; j < low.length; j++) {
      double left = row[j] - coded(j, code(row[j], j));
      squared += left * left;
    }
    return Math.sqrt(squared);
  }

  /**
   * Writes the codes of a row.
   *
   * @param codes zero where the block's codes and errors of this row are
   * @param block where the block of the row starts
   * @param row place in the block
   * @param error 0 to 255, in a unit of the caller's
   */
  public void encode(float[] values, int error, MemorySegment codes, long block, int row) {
    long place = block + NibbleFilter.position(row);
    for (int j = 0; j < low.length; j++) {
      long at = place + j / 2 * (long) NibbleFilter.BLOCK_ROWS;
      int both = codes.get(Layouts.BYTE, at) | code(values[j], j) << (j % 2 * 4);
      codes.set(Layouts.BYTE, at, (byte) both);
    }
    long last = place + NibbleFilter.blockBytes(low.length) - NibbleFilter.BLOCK_ROWS;
    codes.set(Layouts.BYTE, last, (byte) error);
  }

  private int code(float value, int j) {
    return CodeRanges.code(value, low[j], step[j], LARGEST);
  }

  private double coded(int j, int code) {
    return low[j] + step[j] * (double) code;
  }

  /**
   * What sums of a query's tables mean: the distance to what codes stand for is at least offset +
   * sum ÷ perUnit.
   *
   * @param perUnit 0 where all distances are the same or no numbers
   */
  public record Tables(double offset, double perUnit) {}

  /**
   * Fills a query's tables.
   *
   * @param query [dimension]
   * @param tables [{@link NibbleFilter#tableBytes}] written here
   */
  public Tables prepare(float[] query, MemorySegment tables) {
    int padded = (low.length + 3) / 4 * 4;
    double[] entries = new double[padded * ENTRIES];
    double offset = 0;
    double sum = 0;
    double mostOfFour = 0;
    double ofFour = 0;
    for (int j = 0; j < low.length; j++) {
      offset += fill(query[j], j, entries);
      double widest = widest(entries, j);
      ofFour = j % 4 == 0 ? widest : ofFour + widest;
      sum += widest;
      mostOfFour = Math.max(mostOfFour, ofFour);
    }
    double perUnit =
        Math.min(NibbleFilter.LARGEST_OF_FOUR / mostOfFour, NibbleFilter.LARGEST_SUM / sum);
    if (!(perUnit > 0 && perUnit < Double.POSITIVE_INFINITY && Double.isFinite(offset))) {
      tables.asSlice(0, NibbleFilter.tableBytes(low.length)).fill((byte) 0);
      return new Tables(offset, 0);
    }
    for (int j = 0; j < padded; j++) {
      write(entries, j, perUnit, tables);
    }
    return new Tables(offset, perUnit);
  }

  /** Writes the entries of a dimension, less the least of them, which it returns. */
  private double fill(float value, int j, double[] entries) {
    int first = j * ENTRIES;
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < ENTRIES; code++) {
      double coded = coded(j, code);
      double entry = distance == Distance.L2 ? (value - coded) * (value - coded) : -value * coded;
      entries[first + code] = entry;
      least = Math.min(least, entry);
    }
    for (int i = first; i < first + ENTRIES; i++) {
      entries[i] -= least;
    }
    return least;
  }

  /** Products and squares of differences are largest at one of the ends. */
  private static double widest(double[] entries, int j) {
    return Math.max(entries[j * ENTRIES], entries[j * ENTRIES + LARGEST]);
  }

  private static void write(double[] entries, int j, double perUnit, MemorySegment tables) {
    long lower = 0;
    long upper = 0;
    for (int i = 7; i >= 0; i--) {
      lower = lower << 8 | (int) (entries[j * ENTRIES + i] * perUnit);
      upper = upper << 8 | (int) (entries[j * ENTRIES + 8 + i] * perUnit);
    }
    long at = (long) j * NibbleFilter.BLOCK_ROWS;
    for (int copy = 0; copy < NibbleFilter.BLOCK_ROWS; copy += ENTRIES) {
      tables.set(Layouts.LONG, at + copy, lower);
      tables.set(Layouts.LONG, at + copy + 8, upper);
    }
  }
}
