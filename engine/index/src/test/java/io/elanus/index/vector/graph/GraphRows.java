package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;

/** Rows and graphs made by hand. */
final class GraphRows {
  private GraphRows() {}

  static DenseRows column(float[][] rows, Arena arena) {
    int dimension = rows[0].length;
    MemorySegment data = arena.allocate(4L * dimension * rows.length, 64);
    for (int row = 0; row < rows.length; row++) {
      MemorySegment.copy(
          rows[row], 0, data, ValueLayout.JAVA_FLOAT, 4L * dimension * row, dimension);
    }
    return DenseRows.of(DataType.FLOAT_VECTOR, dimension, rows.length, data);
  }

  /** Each row in the slot of its number. */
  static RowTable table(float[][] rows, Metric metric, Arena arena) {
    int[] order = IntStream.range(0, rows.length).toArray();
    return RowTable.copy(column(rows, arena), metric, order, BuildContext.withThreads(1), arena);
  }

  static PackedLinks links(int[][] links, int degree, Arena arena) {
    long bytes = PackedLinks.bytes(links.length, degree);
    PackedLinks packed =
        new PackedLinks(
            arena.allocate(Math.max(64, bytes), 64).asSlice(0, bytes), links.length, degree);
    for (int slot = 0; slot < links.length; slot++) {
      packed.set(slot, links[slot], links[slot].length);
    }
    return packed;
  }

  static int[] linksOf(Links links, int slot) {
    int[] neighbours = new int[PackedLinks.stride(links.degree())];
    return Arrays.copyOf(neighbours, links.neighbours(slot, neighbours));
  }

  /** What links of the base lead to from the entries. */
  static BitSet reached(GraphLayers<PackedLinks> graph) {
    BitSet reached = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (int entry : graph.entries()) {
      reached.set(entry);
      open.add(entry);
    }
    while (!open.isEmpty()) {
      for (int next : linksOf(graph.base(), open.remove())) {
        if (!reached.get(next)) {
          reached.set(next);
          open.add(next);
        }
      }
    }
    return reached;
  }

  static float[][] gaussian(Random random, int count, int dimension) {
    float[][] rows = new float[count][dimension];
    for (float[] row : rows) {
      for (int i = 0; i < dimension; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  /** Row r lies close around centre r mod {@code islands}; centres are far apart. */
  static float[][] islands(Random random, int count, int islands, int dimension) {
    float[][] centres = gaussian(random, islands, dimension);
    float[][] rows = gaussian(random, count, dimension);
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < dimension; i++) {
        rows[row][i] = 1000 * centres[row % islands][i] + rows[row][i];
      }
    }
    return rows;
  }
}
