package io.elanus.index.vector.lists;

import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.clusters.KMeans;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * Learns codebooks from the residuals of all rows, a subspace after the other, and writes codes.
 *
 * @param rows float32
 */
record CodebookTraining(RowTable rows, Clusters clusters, Codebooks.Shape shape, Workers workers) {
  /** Learns and encodes; terms are written if rows carry them. */
  Codebooks run(CodeWriter writer, boolean carriesTerm, float factor) {
    int subDimension = rows.dimension() / shape.subspaces();
    float[] entries = new float[rows.dimension() << shape.bits()];
    Codebooks books = new Codebooks(shape.subspaces(), shape.bits(), subDimension, entries, factor);
    int slots = clusters.slots();
    float[] terms = new float[carriesTerm ? slots : 0];
    try (Arena arena = Arena.ofShared()) {
      long stride = ElementType.FLOAT32.paddedBytes(subDimension);
      MemorySegment data = arena.allocate(Math.max(64, slots * stride), 64);
      RowTable residuals =
          new RowTable(ElementType.FLOAT32, Distance.L2, subDimension, slots, data);
      int[] all = IntStream.range(0, slots).toArray();
      for (int j = 0; j < shape.subspaces() && slots > 0; j++) {
        int first = j * subDimension;
        workers.run(slots, (worker, slot) -> residual(slot, first, residuals));
        int[] codes = learn(residuals, books, j, all);
        int subspace = j;
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
    for (int slot = 0; slot < terms.length; slot++) {
      writer.term(slot, terms[slot]);
    }
    return books;
  }

  private int[] learn(RowTable residuals, Codebooks books, int subspace, int[] all) {
    int centres = Math.min(1 << shape.bits(), residuals.count());
    try (Arena arena = Arena.ofShared()) {
      KMeans means = new KMeans(residuals, centres, workers, arena);
      MemorySegment learnt = means.train();
      for (int code = 0; code < centres; code++) {
        MemorySegment.copy(
            learnt,
            IndexFileFormat.FLOAT,
            (long) code * residuals.stride(),
            books.entries(),
            books.entry(subspace, code),
            residuals.dimension());
      }
      return means.assign(all);
    }
  }

  private void residual(int slot, int first, RowTable residuals) {
    long row = (long) clusters.order()[slot] * rows.stride();
    long centre = (long) clusters.list()[slot] * rows.stride();
    long at = (long) slot * residuals.stride();
    for (int i = 0; i < residuals.dimension(); i++) {
      long element = 4L * (first + i);
      float value =
          rows.data().get(IndexFileFormat.FLOAT, row + element)
              - clusters.centres().get(IndexFileFormat.FLOAT, centre + element);
      residuals.data().set(IndexFileFormat.FLOAT, at + 4L * i, value);
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
