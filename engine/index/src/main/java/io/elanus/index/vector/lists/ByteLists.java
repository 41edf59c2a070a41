package io.elanus.index.vector.lists;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.CodeSteps;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Distance;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.PackedCodes;
import io.elanus.vectors.RowCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Map;

/**
 * Codes of 8, 6 or 4 bits a dimension: all slots are ranked with a rounded query, and of 8 bits the
 * best of them again with the query as it is.
 *
 * <p>Sections: codes, [slots] padded rows of {@link ByteCodes} or {@link PackedCodes}; ranges, as
 * {@link CodeSteps} has them.
 */
record ByteLists(Kernel coarse, Kernel fine, MemorySegment codes, long stride)
    implements ListCodes {
  private static final int SAMPLE = 16384;

  /** Bits of a code that {@code sq_type} or a {@code refine_type} of codes asks for. */
  public static int bits(String type) {
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "SQ4" -> 4;
      case "SQ6" -> 6;
      default -> 8;
    };
  }

  /**
   * Opens codes.
   *
   * @param bits 4, 6 or 8
   */
  static ByteLists of(
      IndexFile file,
      int slots,
      int bits,
      IndexFileFormat.Section codesTag,
      IndexFileFormat.Section rangesTag) {
    CodeSteps ranges = CodeSteps.of(file, rangesTag);
    file.check(ranges.finite(), "ranges of codes");
    Distance distance = Shapes.walkedDistance(file.spec().metric());
    RowCodes codes =
        bits == 8
            ? ByteCodes.whole(distance, ranges.low(), ranges.step())
            : new PackedCodes(bits, distance, ranges.low(), ranges.step());
    MemorySegment rows = file.section(codesTag, (long) slots * codes.rowBytes());
    Kernel coarse = codes.kernelForAnswers();
    Kernel fine = codes instanceof ByteCodes bytes ? bytes.fineKernelForAnswers() : coarse;
    return new ByteLists(coarse, fine, rows, codes.rowBytes());
  }

  /** Learns ranges from the rows and encodes them in the order of the slots. */
  static void add(
      RowTable floats,
      int[] order,
      int bits,
      Workers workers,
      Arena arena,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      IndexFileFormat.Section codesTag,
      IndexFileFormat.Section rangesTag) {
    float[][] sample = new float[Math.min(SAMPLE, floats.count())][];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = floats.values((int) ((long) i * floats.count() / sample.length));
    }
    RowCodes codes = workers.context().watch(() -> train(floats, bits, sample));
    long stride = codes.rowBytes();
    MemorySegment rows = workers.context().allocate(arena, order.length * stride);
    workers.run(
        order.length,
        (worker, slot) -> codes.encode(floats.values(order[slot]), rows, slot * stride));
    sections.put(codesTag, rows);
    sections.put(rangesTag, new CodeSteps(codes.low(), codes.step()).section(arena));
  }

  private static RowCodes train(RowTable floats, int bits, float[][] sample) {
    return bits == 8
        ? ByteCodes.trainWhole(floats.distance(), sample, floats.dimension())
        : PackedCodes.train(bits, floats.distance(), sample, floats.dimension());
  }

  /** Codes are a quarter of a row, or less. */
  @Override
  public int estimatesPerJudgement() {
    return 4;
  }

  @Override
  public int candidates(int k, boolean refined) {
    return refined ? 2 * k + 24 : k + 24;
  }

  @Override
  public Asked ask(float[] query, float[] biases, Scratch scratch) {
    MemorySegment row = MemorySegment.ofArray(query);
    MemorySegment prepared = scratch.query(coarse.queryBytes());
    coarse.prepare(row, prepared);
    MemorySegment exact = scratch.second(fine.queryBytes());
    fine.prepare(row, exact);
    return new Asked() {
      @Override
      public void estimate(int list, int from, int count, float far, Scratch scratch) {
        coarse.distances(
            prepared, codes, from * stride, stride, Scratch.ASCENDING, count, scratch.distances);
        scratch.compare(count, far);
      }

      @Override
      public void distances(int[] slots, int count, float[] distances) {
        fine.distances(exact, codes, 0, stride, slots, count, distances);
      }
    };
  }

  /** The query as it is against codes, without estimates. */
  Judge judge(float[] query, Scratch scratch) {
    MemorySegment exact = scratch.second(fine.queryBytes());
    fine.prepare(MemorySegment.ofArray(query), exact);
    return (slots, count, distances) ->
        fine.distances(exact, codes, 0, stride, slots, count, distances);
  }
}
