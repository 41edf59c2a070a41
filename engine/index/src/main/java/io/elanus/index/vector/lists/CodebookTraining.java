package io.elanus.index.vector.lists;

import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.clusters.KMeans;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * Learns codebooks from the residuals of all rows, a subspace after the other, and writes codes.
 *
 * @param rows float32
 */
record CodebookTraining(RowTable rows, Clusters clusters, Codebooks.Shape shape, Workers workers) {
  /** Numbers of a row that are read at a time: those of a line of the cache. */
  private static final int NUMBERS = 16;

  /** Slots whose terms are written between two looks at whether to stop. */
  private static final int SLOTS_PER_LOOK = 1 << 16;

  /** Learns and encodes; terms are written if rows carry them. */
  Codebooks run(CodeWriter writer, boolean carriesTerm, float factor) {
    int subDimension = rows.dimension() / shape.subspaces();
    float[] entries = new float[rows.dimension() << shape.bits()];
    Codebooks books = new Codebooks(shape.subspaces(), shape.bits(), subDimension, entries, factor);
    int slots = clusters.slots();
    float[] terms = new float[carriesTerm ? slots : 0];
    int together = Math.clamp(NUMBERS / subDimension, 1, shape.subspaces());
    try (Arena arena = Arena.ofShared()) {
      long bytes = 4L * slots * subDimension;
      MemorySegment residuals = workers.context().allocate(arena, together * bytes);
      int[] all = IntStream.range(0, slots).toArray();
      for (int first = 0; first < shape.subspaces() && slots > 0; first += together) {
        int some = Math.min(together, shape.subspaces() - first);
        int from = first * subDimension;
        workers.run(slots, (worker, slot) -> residual(slot, from, some, subDimension, residuals));
        for (int j = 0; j < some; j++) {
          KMeans.Points points =
              new KMeans.Points(
                  residuals.asSlice(j * bytes, bytes), 4L * subDimension, subDimension, slots);
          int subspace = first + j;
          int[] codes = learn(points, books, subspace, all);
          workers.run(
              slots,
              (worker, slot) -> {
                writer.code(slot, subspace, codes[slot]);
                if (carriesTerm) {
                  terms[slot] += term(slot, books, subspace, codes[slot]);
                }
              });
        }
      }
    }
    for (int slot = 0; slot < terms.length; slot++) {
      workers.context().look(slot, SLOTS_PER_LOOK);
      writer.term(slot, terms[slot]);
    }
    return books;
  }

  private int[] learn(KMeans.Points residuals, Codebooks books, int subspace, int[] all) {
    int centres = Math.min(1 << shape.bits(), residuals.count());
    try (Arena arena = Arena.ofShared()) {
      KMeans means = new KMeans(residuals, centres, false, workers, arena);
      float[] learnt = means.trainThoroughly();
      int numbers = centres * books.subDimension();
      System.arraycopy(learnt, 0, books.entries(), books.entry(subspace, 0), numbers);
      return means.assign(all);
    }
  }

  /**
   * Writes what is left of a row without its centre, in some subspaces.
   *
   * @param from the first dimension
   * @param residuals [some × slots × subDimension]
   */
  private void residual(int slot, int from, int some, int subDimension, MemorySegment residuals) {
    long row = (long) clusters.order()[slot] * rows.stride() + 4L * from;
    long centre = (long) clusters.list()[slot] * rows.stride() + 4L * from;
    for (int j = 0; j < some; j++) {
      long at = 4L * subDimension * ((long) j * clusters.slots() + slot);
      for (int i = 0; i < subDimension; i++) {
        long element = 4L * (j * subDimension + i);
        float value =
            rows.data().get(IndexFileFormat.FLOAT, row + element)
                - clusters.centres().get(IndexFileFormat.FLOAT, centre + element);
        residuals.set(IndexFileFormat.FLOAT, at + 4L * i, value);
      }
    }
  }

  /** |r|² + 2 c·r of what a code stands for. */
  private float term(int slot, Codebooks books, int subspace, int code) {
    long centre = (long) clusters.list()[slot] * rows.stride();
    int entry = books.entry(subspace, code);
    float sum = 0;
    for (int i = 0; i < books.subDimension(); i++) {
      float r = books.entries()[entry + i];
      long at = centre + 4L * (subspace * books.subDimension() + i);
      sum += r * (r + 2 * clusters.centres().get(IndexFileFormat.FLOAT, at));
    }
    return sum;
  }
}
