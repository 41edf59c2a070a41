package io.elanus.index.vector.flat;

import static io.elanus.index.vector.file.IndexFileFormat.BYTE;
import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.RowScan;
import io.elanus.index.vector.scan.ScanQuery;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * 7-bit codes beside the float32 rows of a flat index: a quarter of the bytes to scan. With known
 * bounds on how far a row is from its codes, only rows whose estimate leaves them a chance are read
 * in full, and answers stay exact.
 *
 * <p>Sections: CODES, [count] encoded rows; CODE_RANGES, as there; CODE_BOUNDS, three float32: the
 * largest distance of a row from what its codes stand for, of codes from {@link ByteCodes#MIDDLE}
 * everywhere, and of either, and of the lows, from zero; CODE_EXCEPTIONS, the rows that are farther
 * from their codes than that.
 *
 * @param regular rows that the bounds hold for
 * @param exceptional the others that hold a vector
 * @param size norm of the largest row
 */
public record FlatCodes(
    ByteCodes codes,
    Kernel kernel,
    MemorySegment data,
    int count,
    Distance distance,
    Bits regular,
    Bits exceptional,
    double rowError,
    double codeSpread,
    double size) {
  private static final int LEAST_ROWS = 1000;
  private static final int SAMPLE = 8192;

  /** Share of the rows, those farthest from their codes, that are always read in full. */
  private static final double EXCEPTIONS = 0.004;

  /** A scan of codes does not pay where so few or so many rows are asked for. */
  private static final int LEAST_SHARE = 16;

  private static final int LEAST_ROWS_A_HIT = 64;

  /** Whether codes are worth their bytes beside a table. */
  static boolean serve(RowTable table) {
    return bytes(table.type(), table.distance(), table.dimension(), table.count()) > 0;
  }

  /** Bytes of the codes of so many rows, 0 where they are not worth it. */
  public static long bytes(ElementType type, Distance distance, int dimension, long rows) {
    if (type != ElementType.FLOAT32 || rows < LEAST_ROWS) {
      return 0;
    }
    int rowBytes = ByteCodes.rowBytes(distance, dimension);
    return 2 * rowBytes <= type.paddedBytes(dimension) ? rows * rowBytes : 0;
  }

  /** Adds the sections. */
  static void add(
      Map<IndexFileFormat.Section, MemorySegment> sections,
      RowTable table,
      Bits present,
      BuildContext context,
      Arena arena) {
    ByteCodes codes = train(table, present);
    MemorySegment data = arena.allocate((long) table.count() * codes.rowBytes(), 64);
    Encoder encoder = new Encoder(codes, data, table.count());
    try (Workers workers = new Workers(context)) {
      workers.run(
          table.count(),
          (worker, row) -> {
            if (present.get(row)) {
              encoder.encode(table.values(row), row);
            }
          });
    }
    float[] errors = encoder.errors;
    float[] ordered = errors.clone();
    Arrays.sort(ordered);
    float error = ordered[(int) ((ordered.length - 1) * (1 - EXCEPTIONS))];
    int[] exceptions = new int[errors.length];
    int count = 0;
    for (int row = 0; row < errors.length; row++) {
      if (!(errors[row] <= error)) {
        exceptions[count++] = row;
      }
    }
    MemorySegment bounds = arena.allocate(12, 64);
    bounds.set(FLOAT, 0, error);
    bounds.set(FLOAT, 4, largest(encoder.spreads));
    bounds.set(FLOAT, 8, largest(encoder.sizes));
    sections.put(IndexFileFormat.Section.CODES, data);
    sections.put(IndexFileFormat.Section.CODE_RANGES, ranges(codes, arena));
    sections.put(IndexFileFormat.Section.CODE_BOUNDS, bounds);
    sections.put(
        IndexFileFormat.Section.CODE_EXCEPTIONS,
        IndexFileFormat.ints(Arrays.copyOf(exceptions, count), arena));
  }

  private static ByteCodes train(RowTable table, Bits present) {
    int step = Math.max(1, table.count() / SAMPLE);
    float[][] sample = new float[SAMPLE][];
    int sampled = 0;
    for (int row = 0; row < table.count() && sampled < SAMPLE; row += step) {
      if (present.get(row)) {
        sample[sampled++] = table.values(row);
      }
    }
    return ByteCodes.train(table.distance(), Arrays.copyOf(sample, sampled), table.dimension());
  }

  /** Encodes rows and measures how far they are from their codes. */
  private static final class Encoder {
    private final ByteCodes codes;
    private final MemorySegment data;
    private final float[] low;
    private final float[] step;
    private final double lowest;
    final float[] errors;
    final float[] spreads;
    final float[] sizes;

    Encoder(ByteCodes codes, MemorySegment data, int count) {
      this.codes = codes;
      this.data = data;
      this.low = codes.low();
      this.step = codes.step();
      double squared = 0;
      for (float value : low) {
        squared += (double) value * value;
      }
      this.lowest = squared;
      this.errors = new float[count];
      this.spreads = new float[count];
      this.sizes = new float[count];
    }

    void encode(float[] values, int row) {
      long at = (long) row * codes.rowBytes();
      codes.encode(values, data, at);
      double error = 0;
      double spread = 0;
      double size = 0;
      double codedSize = lowest;
      for (int j = 0; j < values.length; j++) {
        int code = data.get(BYTE, at + j);
        double coded = low[j] + step[j] * (double) code;
        error += (values[j] - coded) * (values[j] - coded);
        spread += (code - ByteCodes.MIDDLE) * (code - ByteCodes.MIDDLE);
        size += (double) values[j] * values[j];
        codedSize += coded * coded;
      }
      errors[row] = Math.nextUp((float) Math.sqrt(error));
      spreads[row] = Math.nextUp((float) Math.sqrt(spread));
      sizes[row] = Math.nextUp((float) Math.sqrt(Math.max(size, codedSize)));
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, value);
    }
    return largest;
  }

  private static MemorySegment ranges(ByteCodes codes, Arena arena) {
    MemorySegment ranges = arena.allocate(8L * codes.dimension(), 64);
    MemorySegment.copy(codes.low(), 0, ranges, FLOAT, 0, codes.dimension());
    MemorySegment.copy(codes.step(), 0, ranges, FLOAT, 4L * codes.dimension(), codes.dimension());
    return ranges;
  }

  /** The codes in a file, if there are some. */
  static @Nullable FlatCodes open(IndexFile file, RowTable table, Bits present) {
    if (!file.has(IndexFileFormat.Section.CODES)) {
      return null;
    }
    file.check(table.type() == ElementType.FLOAT32, "codes of " + table.type());
    MemorySegment ranges = file.section(IndexFileFormat.Section.CODE_RANGES, 8L * file.dimension());
    float[] low = new float[file.dimension()];
    float[] step = new float[file.dimension()];
    MemorySegment.copy(ranges, FLOAT, 0, low, 0, low.length);
    MemorySegment.copy(ranges, FLOAT, 4L * low.length, step, 0, step.length);
    ByteCodes codes = new ByteCodes(table.distance(), low, step);
    MemorySegment bounds = file.section(IndexFileFormat.Section.CODE_BOUNDS, 12);
    MemorySegment exceptions = file.section(IndexFileFormat.Section.CODE_EXCEPTIONS);
    Bits exceptional = Bits.none(file.count());
    for (long at = 0; at < exceptions.byteSize(); at += 4) {
      int row = exceptions.get(INT, at);
      file.check(row >= 0 && row < file.count(), "row ordinals");
      exceptional.set(row);
    }
    return new FlatCodes(
        codes,
        codes.kernelForAnswers(),
        file.section(IndexFileFormat.Section.CODES, (long) file.count() * codes.rowBytes()),
        file.count(),
        table.distance(),
        present.copy().andNot(exceptional),
        exceptional.and(present),
        bounds.get(FLOAT, 0),
        bounds.get(FLOAT, 4),
        bounds.get(FLOAT, 8));
  }

  /** Whether a search for k of the eligible rows is quicker with the codes. */
  boolean pay(Bits eligible, int k) {
    int rows = eligible.cardinality();
    return rows >= count / LEAST_SHARE && rows / LEAST_ROWS_A_HIT >= k;
  }

  /** Offers every eligible row that may be among the nearest to every query, block by block. */
  void scan(List<ScanQuery> queries, Bits eligible, RowScan full, Scratch scratch) {
    full.scan(queries, eligible, exceptional, scratch);
    int bytes = (kernel.queryBytes() + 63) & -64;
    MemorySegment prepared = scratch.codedQuery(Math.multiplyExact(bytes, queries.size()));
    MemorySegment[] coded = new MemorySegment[queries.size()];
    double[] slack = new double[coded.length];
    double[] limits = new double[coded.length];
    for (int i = 0; i < coded.length; i++) {
      coded[i] = prepared.asSlice((long) i * bytes, bytes);
      kernel.prepare(queries.get(i).vector(), coded[i]);
      slack[i] = slack(queries.get(i).vector());
      limits[i] = limit(queries.get(i), slack[i]);
    }
    for (int row = 0; row < count; ) {
      row = RowScan.collect(eligible.words(), regular.words(), row, count, 0, scratch);
      for (int i = 0; i < coded.length; i++) {
        kernel.distances(
            coded[i],
            data,
            0,
            codes.rowBytes(),
            scratch.ordinals,
            scratch.collected,
            scratch.distances);
        int promising = promising(limits[i], scratch);
        if (promising > 0) {
          full.offer(queries.get(i), scratch.chosen, promising, scratch.distances);
          limits[i] = limit(queries.get(i), slack[i]);
        }
      }
    }
  }

  /** Lists the rows of the block whose estimate is within the limit, or is no number. */
  private static int promising(double limit, Scratch scratch) {
    float least = Math.nextUp((float) limit);
    int promising = 0;
    for (int i = 0; i < scratch.collected; i++) {
      scratch.chosen[promising] = scratch.ordinals[i];
      promising += scratch.distances[i] > least ? 0 : 1;
    }
    return promising;
  }

  /** How far the estimates of a query may be above the distance to what the codes stand for. */
  private double slack(MemorySegment vector) {
    double squared = 0;
    for (int j = 0; j < codes.dimension(); j++) {
      double value = vector.get(FLOAT, 4L * j);
      squared += value * value;
    }
    double norm = Math.sqrt(squared);
    double ofQuery = codes.residue(vector) * codeSpread;
    double largest = 2 * (norm + 2 * size) * (norm + 2 * size);
    double rounding = largest * 0x1p-24 * (16 + codes.dimension() / 8.0);
    return distance == Distance.L2 ? 2 * ofQuery + rounding : ofQuery + rounding + norm * rowError;
  }

  /** The largest estimate of a row that may be near enough. */
  private double limit(ScanQuery query, double slack) {
    double needed = query.limit();
    if (distance == Distance.L2) {
      double root = Math.sqrt(Math.max(0, needed)) + rowError;
      return root * root + slack;
    }
    return needed + slack;
  }
}
