package io.elanus.index.vector.rows;

import io.elanus.index.RowPrecision;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.schema.Metric;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.FloatCodes;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.PackedCodes;
import io.elanus.vectors.RowCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/**
 * Rows of a graph in a precision, asked in float32. Under COSINE they stand for rows of length 1.
 *
 * <p>Sections: the rows, [slots × rowBytes], and, for SQ types, their {@link CodeSteps}.
 *
 * @param data [slots × rowBytes]
 */
public record CodedRows(RowCodes codes, MemorySegment data) {
  /**
   * Learns codes from a sample of rows, clips what is outside their ranges and encodes all rows:
   * codes to walk on.
   */
  public static CodedRows encode(
      RowPrecision precision,
      Metric metric,
      RowTable floats,
      float[][] sample,
      Workers workers,
      Arena arena) {
    Distance distance = Shapes.walkedDistance(metric);
    int dimension = floats.dimension();
    RowCodes codes = workers.context().watch(() -> train(precision, distance, sample, dimension));
    return encode(codes, floats, workers, arena);
  }

  private static RowCodes train(
      RowPrecision precision, Distance distance, float[][] sample, int dimension) {
    return switch (precision) {
      case SQ4U -> PackedCodes.train(4, distance, sample, dimension);
      case SQ6 -> PackedCodes.train(6, distance, sample, dimension);
      case SQ8 -> ByteCodes.train(distance, sample, dimension);
      case BF16, FP16, FP32 -> new FloatCodes(elements(precision), distance, dimension);
      case RABITQ -> throw new IllegalArgumentException(precision.name());
    };
  }

  /** Encodes all rows without clipping any: codes that scores are computed from. */
  public static CodedRows encodeForScores(
      RowPrecision precision, Metric metric, RowTable floats, Workers workers, Arena arena) {
    Distance distance = Shapes.walkedDistance(metric);
    return encode(
        switch (precision) {
          case SQ4U ->
              PackedCodes.within(
                  4, distance, bound(floats, -1, workers), bound(floats, 1, workers));
          case SQ6 ->
              PackedCodes.within(
                  6, distance, bound(floats, -1, workers), bound(floats, 1, workers));
          case SQ8 ->
              ByteCodes.within(distance, bound(floats, -1, workers), bound(floats, 1, workers));
          case BF16, FP16, FP32 ->
              new FloatCodes(elements(precision), distance, floats.dimension());
          case RABITQ -> throw new IllegalArgumentException(precision.name());
        },
        floats,
        workers,
        arena);
  }

  /** The largest value of each dimension, or the smallest for a negative sign. */
  private static float[] bound(RowTable floats, int sign, Workers workers) {
    if (floats.count() == 0) {
      return new float[floats.dimension()];
    }
    float[][] bounds = new float[workers.count()][];
    Arrays.setAll(bounds, worker -> floats.values(0));
    workers.run(
        floats.count(), (worker, slot) -> extend(bounds[worker], floats.values(slot), sign));
    for (float[] others : bounds) {
      extend(bounds[0], others, sign);
    }
    return bounds[0];
  }

  private static void extend(float[] bound, float[] values, int sign) {
    for (int j = 0; j < bound.length; j++) {
      bound[j] = sign < 0 ? Math.min(bound[j], values[j]) : Math.max(bound[j], values[j]);
    }
  }

  /** Encodes all rows. */
  static CodedRows encode(RowCodes codes, RowTable floats, Workers workers, Arena arena) {
    MemorySegment data =
        workers.context().allocate(arena, (long) floats.count() * codes.rowBytes());
    workers.run(
        floats.count(),
        (worker, slot) -> codes.encode(floats.values(slot), data, (long) slot * codes.rowBytes()));
    return new CodedRows(codes, data);
  }

  /** Opens the rows of a section. */
  public static CodedRows open(
      IndexFile file,
      RowPrecision precision,
      int slots,
      IndexFileFormat.Section rows,
      IndexFileFormat.Section ranges) {
    Distance distance = Shapes.walkedDistance(file.spec().metric());
    int dimension = file.dimension();
    RowCodes codes =
        switch (precision) {
          case SQ4U, SQ6, SQ8 -> {
            CodeSteps known = CodeSteps.of(file, ranges);
            int bits = precision == RowPrecision.SQ4U ? 4 : 6;
            yield precision == RowPrecision.SQ8
                ? new ByteCodes(distance, known.low(), known.step())
                : new PackedCodes(bits, distance, known.low(), known.step());
          }
          case BF16, FP16, FP32 -> new FloatCodes(elements(precision), distance, dimension);
          case RABITQ -> throw new IllegalArgumentException(precision.name());
        };
    return new CodedRows(codes, file.section(rows, (long) slots * codes.rowBytes()));
  }

  private static ElementType elements(RowPrecision precision) {
    return switch (precision) {
      case BF16 -> ElementType.BFLOAT16;
      case FP16 -> ElementType.FLOAT16;
      case FP32 -> ElementType.FLOAT32;
      case RABITQ, SQ4U, SQ6, SQ8 -> throw new IllegalArgumentException(precision.name());
    };
  }

  public void addTo(
      Map<IndexFileFormat.Section, MemorySegment> sections,
      IndexFileFormat.Section rows,
      IndexFileFormat.Section ranges,
      Arena arena) {
    sections.put(rows, data);
    CodeSteps steps = new CodeSteps(codes.low(), codes.step());
    if (steps.low().length > 0) {
      sections.put(ranges, steps.section(arena));
    }
  }

  /** The rows for a build, whose distances do not change while it runs. */
  public Space space() {
    return space(codes.kernel());
  }

  /** The same for distances as fine as the codes are. */
  public Space scores() {
    return space(codes instanceof ByteCodes bytes ? bytes.fineKernel() : codes.kernel());
  }

  /** The rows for answers. */
  public Space spaceForAnswers() {
    return space(codes.kernelForAnswers());
  }

  /** The same for distances as fine as the codes are. */
  public Space scoresForAnswers() {
    return space(
        codes instanceof ByteCodes bytes ? bytes.fineKernelForAnswers() : codes.kernelForAnswers());
  }

  private Space space(Kernel kernel) {
    return new Space(kernel, data, codes.rowBytes());
  }
}
