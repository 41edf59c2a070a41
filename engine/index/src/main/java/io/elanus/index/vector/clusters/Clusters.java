package io.elanus.index.vector.clusters;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows of a build sorted into the lists of their nearest centres.
 *
 * @param starts [lists + 1] the first slot of each list
 * @param order [slots] which of the clustered rows each slot holds
 * @param list [slots] the list of each slot
 * @param centres [lists] padded rows
 */
public record Clusters(int[] starts, int[] order, int[] list, MemorySegment centres) {
  private static final int DEFAULT_LISTS = 128;
  private static final int LEAST_ROWS_PER_LIST = 39;

  /** Lists for so many rows: as asked for, while each gets enough rows to learn its centre from. */
  public static int lists(IndexSpec spec, int rows) {
    int most = Math.clamp(rows / LEAST_ROWS_PER_LIST, 1, spec.integer("nlist", DEFAULT_LISTS));
    return Math.min(most, rows);
  }

  /** Bytes that learning the centres of float32 rows takes beside them. */
  public static long trainingBytes(IndexSpec spec, int rows, int dimension) {
    return KMeans.trainingBytes(rows, lists(spec, rows), dimension);
  }

  /** Clusters float32 rows by squared distance, whatever the metric. */
  public static Clusters of(IndexSpec spec, RowTable floats, Workers workers, Arena arena) {
    int lists = lists(spec, floats.count());
    KMeans means = new KMeans(KMeans.Points.of(floats), lists, onSphere(spec), workers, arena);
    means.train();
    int[] nearest = means.assign(IntStream.range(0, floats.count()).toArray());
    MemorySegment centres = means.padded();
    return workers.context().watch(() -> of(nearest, lists, centres));
  }

  /** COSINE's centres are, unless lists hold residuals, which are shorter from the mean. */
  private static boolean onSphere(IndexSpec spec) {
    boolean residuals = spec.type() != IndexType.IVF_FLAT && spec.type() != IndexType.IVF_SQ8;
    return spec.metric() == Metric.COSINE && !residuals;
  }

  /**
   * Sorts rows that have been assigned.
   *
   * @param nearest [rows] the list of each
   * @param centres [lists] padded rows
   */
  public static Clusters of(int[] nearest, int lists, MemorySegment centres) {
    int[] starts = new int[lists + 1];
    for (int l : nearest) {
      starts[l + 1]++;
    }
    for (int l = 0; l < lists; l++) {
      starts[l + 1] += starts[l];
    }
    int[] next = starts.clone();
    int[] order = new int[nearest.length];
    int[] list = new int[nearest.length];
    for (int row = 0; row < nearest.length; row++) {
      int slot = next[nearest[row]]++;
      order[slot] = row;
      list[slot] = nearest[row];
    }
    return new Clusters(starts, order, list, centres);
  }

  public int slots() {
    return order.length;
  }

  /**
   * The row of the column in each slot.
   *
   * @param present the column's row of each clustered row
   */
  public int[] rows(int[] present) {
    int[] rows = new int[order.length];
    for (int slot = 0; slot < rows.length; slot++) {
      rows[slot] = present[order[slot]];
    }
    return rows;
  }

  /** ROWS, CENTROIDS and LIST_STARTS. */
  public void addTo(
      Map<IndexFileFormat.Section, MemorySegment> sections, int[] columnRows, Arena arena) {
    sections.put(IndexFileFormat.Section.ROWS, IndexFileFormat.ints(columnRows, arena));
    sections.put(IndexFileFormat.Section.CENTROIDS, centres);
    sections.put(IndexFileFormat.Section.LIST_STARTS, IndexFileFormat.ints(starts, arena));
  }
}
