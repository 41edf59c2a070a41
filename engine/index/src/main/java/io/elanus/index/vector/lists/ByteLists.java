package io.elanus.index.vector.lists;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * 8-bit codes, one byte a dimension: all slots are ranked with a rounded query, the best of them
 * again with the query as it is.
 *
 * <p>Sections: codes, [slots] padded rows of {@link ByteCodes}; ranges, [dimension] low, then
 * [dimension] step, float32.
 */
record ByteLists(Kernel coarse, Kernel fine, MemorySegment codes, long stride)
    implements ListCodes {
  private static final int SAMPLE = 16384;

  static ByteLists of(
      IndexFile file,
      int slots,
      IndexFileFormat.Section codesTag,
      IndexFileFormat.Section rangesTag) {
    int dimension = file.dimension();
    MemorySegment ranges = file.section(rangesTag, 8L * dimension);
    float[] low = new float[dimension];
    float[] step = new float[dimension];
    MemorySegment.copy(ranges, IndexFileFormat.FLOAT, 0, low, 0, dimension);
    MemorySegment.copy(ranges, IndexFileFormat.FLOAT, 4L * dimension, step, 0, dimension);
    for (int i = 0; i < dimension; i++) {
      file.check(Float.isFinite(low[i]) && Float.isFinite(step[i]), "ranges of codes");
    }
    ByteCodes codes = ByteCodes.whole(Shapes.walkedDistance(file.spec().metric()), low, step);
    MemorySegment rows = file.section(codesTag, (long) slots * codes.rowBytes());
    return new ByteLists(
        codes.kernelForAnswers(), codes.fineKernelForAnswers(), rows, codes.rowBytes());
  }

  /** Learns ranges from the rows and encodes them in the order of the slots. */
  static void add(
      RowTable floats,
      int[] order,
      Workers workers,
      Arena arena,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      IndexFileFormat.Section codesTag,
      IndexFileFormat.Section rangesTag) {
    float[][] sample = new float[Math.min(SAMPLE, floats.count())][];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = floats.values((int) ((long) i * floats.count() / sample.length));
    }
    ByteCodes codes = ByteCodes.trainWhole(floats.distance(), sample, floats.dimension());
    long stride = codes.rowBytes();
    MemorySegment rows = arena.allocate(Math.max(64, order.length * stride), 64);
    workers.run(
        order.length,
        (worker, slot) -> codes.encode(floats.values(order[slot]), rows, slot * stride));
    sections.put(codesTag, rows.asSlice(0, order.length * stride));
    MemorySegment ranges = arena.allocate(8L * codes.dimension(), 64);
    MemorySegment.copy(codes.low(), 0, ranges, IndexFileFormat.FLOAT, 0, codes.dimension());
    MemorySegment.copy(
        codes.step(), 0, ranges, IndexFileFormat.FLOAT, 4L * codes.dimension(), codes.dimension());
    sections.put(rangesTag, ranges);
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
