package io.elanus.index.vector.flat;

import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.CodeSteps;
import io.elanus.index.vector.rows.PiecewiseSort;
import io.elanus.index.vector.rows.RowSample;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.schema.Bits;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import io.elanus.vectors.FilterCodes;
import io.elanus.vectors.Kernels;
import io.elanus.vectors.NibbleFilter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * 4-bit codes beside the rows of a flat index, an eighth of the bytes of float32. What a row is
 * from its codes is known, so that only rows that the sum of a query's tables leaves a chance are
 * read in full ({@link FlatFilter}), and answers stay exact. Under COSINE codes are of rows of
 * length 1.
 *
 * <p>Sections: NIBBLES, rows in order in blocks as {@link NibbleFilter} has them, the last one
 * filled up with zeros; the error of a row is its distance from what its codes stand for in units,
 * rounded up, 255 where that is not enough; CODE_RANGES, as there; CODE_BOUNDS, two float32: the
 * unit, and the length of the longest row whose error is below 255.
 *
 * @param regular rows that errors hold for
 * @param exceptional the others that hold a vector
 */
public record FlatCodes(
    FilterCodes codes,
    NibbleFilter filter,
    MemorySegment data,
    RowTable table,
    Bits regular,
    Bits exceptional,
    double unit,
    double size) {
  /** The largest error that is known. */
  static final int LARGEST_ERROR = 254;

  private static final int LEAST_ROWS = 1000;
  private static final int LEAST_SAMPLE = 256;
  private static final int MOST_SAMPLE = 4096;

  /** Numbers of a sample. */
  private static final int SAMPLE_VALUES = 1 << 20;

  /** Share of the rows, those farthest from their codes, that are always read in full. */
  private static final double EXCEPTIONS = 0.004;

  /** A scan of codes does not pay where so few or so many rows are asked for. */
  private static final int LEAST_SHARE = 16;

  private static final int LEAST_ROWS_A_HIT = 64;

  /** Whether codes are worth their bytes beside a table. */
  static boolean serve(RowTable table) {
    return bytes(table.type(), table.dimension(), table.count()) > 0;
  }

  /** Bytes of the codes of so many rows, 0 where they are not worth it. */
  static long bytes(ElementType type, int dimension, long rows) {
    if (type == ElementType.BINARY || rows < LEAST_ROWS) {
      return 0;
    }
    int block = NibbleFilter.blockBytes(dimension);
    boolean shorter = 3L * block <= 2L * NibbleFilter.BLOCK_ROWS * type.paddedBytes(dimension);
    return shorter ? blocks(rows) * block : 0;
  }

  private static long blocks(long rows) {
    return (rows + NibbleFilter.BLOCK_ROWS - 1) / NibbleFilter.BLOCK_ROWS;
  }

  /** The numbers of a row, of length 1 where only directions count. */
  static float[] values(RowTable table, MemorySegment rows, long at) {
    float[] values = new float[table.dimension()];
    Elements.decode(table.type(), rows, at, values);
    if (table.distance() == Distance.COSINE) {
      Elements.normalise(values);
    }
    return values;
  }

  private static Distance coded(Distance distance) {
    return distance == Distance.L2 ? Distance.L2 : Distance.INNER_PRODUCT;
  }

  /** Adds the sections. */
  static void add(
      Map<IndexFileFormat.Section, MemorySegment> sections,
      RowTable table,
      Bits present,
      BuildContext context,
      Arena arena) {
    FilterCodes codes = train(table, present, context);
    long bytes = bytes(table.type(), table.dimension(), table.count());
    MemorySegment data = context.allocate(arena, bytes);
    MemorySegment bounds = arena.allocate(8, 64);
    try (Workers workers = new Workers(context)) {
      Measured measured = measured(table, present, codes, workers);
      float unit = unit(measured.errors(), context);
      encode(table, present, codes, measured.errors(), unit, data, workers);
      bounds.set(FLOAT, 0, unit);
      bounds.set(FLOAT, 4, measured.longest(unit));
    }
    sections.put(IndexFileFormat.Section.NIBBLES, data);
    sections.put(
        IndexFileFormat.Section.CODE_RANGES,
        new CodeSteps(codes.low(), codes.step()).section(arena));
    sections.put(IndexFileFormat.Section.CODE_BOUNDS, bounds);
  }

  /** How far rows are from what their codes stand for, and how long, both [rows] rounded up. */
  private record Measured(float[] errors, float[] sizes) {
    /** The length of the longest row whose error is known. */
    float longest(float unit) {
      float longest = 0;
      for (int row = 0; row < sizes.length; row++) {
        boolean known = error(errors[row], unit) <= LARGEST_ERROR;
        longest = known ? Math.max(longest, sizes[row]) : longest;
      }
      return longest;
    }
  }

  private static Measured measured(
      RowTable table, Bits present, FilterCodes codes, Workers workers) {
    float[] errors = new float[table.count()];
    float[] sizes = new float[table.count()];
    workers.run(
        errors.length,
        (worker, row) -> {
          if (present.get(row)) {
            float[] values = values(table, table.data(), (long) row * table.stride());
            double error = codes.error(values);
            errors[row] = error == 0 ? 0 : Math.nextUp((float) error);
            sizes[row] = Math.nextUp((float) Math.sqrt(squared(values)));
          }
        });
    return new Measured(errors, sizes);
  }

  /** Writes the codes and errors of all rows, block after block. */
  private static void encode(
      RowTable table,
      Bits present,
      FilterCodes codes,
      float[] errors,
      float unit,
      MemorySegment data,
      Workers workers) {
    long block = NibbleFilter.blockBytes(table.dimension());
    workers.run(
        (int) blocks(errors.length),
        (worker, number) -> {
          int first = number * NibbleFilter.BLOCK_ROWS;
          int end = Math.min(errors.length, first + NibbleFilter.BLOCK_ROWS);
          for (int row = first; row < end; row++) {
            if (present.get(row)) {
              float[] values = values(table, table.data(), (long) row * table.stride());
              codes.encode(values, error(errors[row], unit), data, number * block, row - first);
            }
          }
        });
  }

  private static FilterCodes train(RowTable table, Bits present, BuildContext context) {
    int most = Math.clamp(SAMPLE_VALUES / table.dimension(), LEAST_SAMPLE, MOST_SAMPLE);
    int[] rows = RowSample.spread(present, table.count(), most);
    float[][] sample = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      sample[i] = values(table, table.data(), (long) rows[i] * table.stride());
    }
    Distance distance = coded(table.distance());
    return context.watch(() -> FilterCodes.train(distance, sample, table.dimension()));
  }

  static double squared(float[] values) {
    double squared = 0;
    for (float value : values) {
      squared += (double) value * value;
    }
    return squared;
  }

  private static float unit(float[] errors, BuildContext context) {
    long[] ordered = new long[errors.length];
    Arrays.setAll(ordered, row -> ranked(errors[row]));
    PiecewiseSort.sort(ordered, context);
    float largest = Ranked.distance(ordered[(int) ((ordered.length - 1) * (1 - EXCEPTIONS))]);
    return Float.isFinite(largest) ? largest / LARGEST_ERROR : 0;
  }

  /** What is no number comes last, whatever its sign. */
  private static long ranked(float error) {
    return Ranked.of(Float.isNaN(error) ? Float.NaN : error, 0);
  }

  private static int error(float error, float unit) {
    double units = error == 0 ? 0 : Math.ceil((double) error / unit);
    return units <= LARGEST_ERROR ? (int) units : LARGEST_ERROR + 1;
  }

  /** The codes in a file, if there are some. */
  static @Nullable FlatCodes open(IndexFile file, RowTable table, Bits present) {
    if (!file.has(IndexFileFormat.Section.NIBBLES)) {
      return null; // few rows, or elements that have no such codes
    }
    long bytes = bytes(table.type(), table.dimension(), table.count());
    file.check(bytes > 0, "codes of " + table.type());
    CodeSteps ranges = CodeSteps.of(file, IndexFileFormat.Section.CODE_RANGES);
    MemorySegment bounds = file.section(IndexFileFormat.Section.CODE_BOUNDS, 8);
    MemorySegment data = file.section(IndexFileFormat.Section.NIBBLES, bytes);
    Bits exceptional = exceptional(data, table).and(present);
    return new FlatCodes(
        new FilterCodes(coded(table.distance()), ranges.low(), ranges.step()),
        Kernels.filterForAnswers(file.dimension()),
        data,
        table,
        present.copy().andNot(exceptional),
        exceptional,
        bounds.get(FLOAT, 0),
        bounds.get(FLOAT, 4));
  }

  private static Bits exceptional(MemorySegment data, RowTable table) {
    Bits exceptional = Bits.none(table.count());
    long block = NibbleFilter.blockBytes(table.dimension());
    for (int row = 0; row < table.count(); row++) {
      int inBlock = row % NibbleFilter.BLOCK_ROWS;
      long end = (row / NibbleFilter.BLOCK_ROWS + 1) * block - NibbleFilter.BLOCK_ROWS;
      if (data.get(ValueLayout.JAVA_BYTE, end + NibbleFilter.position(inBlock)) == -1) {
        exceptional.set(row);
      }
    }
    return exceptional;
  }

  /** Whether a search for k of the eligible rows is quicker with the codes. */
  boolean pay(Bits eligible, int k) {
    int rows = eligible.cardinality();
    return Kernels.active() != Kernels.Form.SCALAR
        && filter.ready()
        && rows >= table.count() / LEAST_SHARE
        && rows / LEAST_ROWS_A_HIT >= k;
  }
}
