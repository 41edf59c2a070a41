package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Builds the file of an IVF_FLAT index: rows lie in the list of their nearest centre (Jégou et al.
 * 2011), by squared distance whatever the metric.
 *
 * <p>Sections: VECTORS, padded rows, list after list; ROWS, the row of each; CENTROIDS, [lists]
 * padded float32; LIST_STARTS, [lists + 1] int32.
 */
final class IvfBuild {
  private static final int DEFAULT_LISTS = 128;
  private static final int LEAST_ROWS_PER_LIST = 39;

  private IvfBuild() {}

  static void write(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(context)) {
      int[] present =
          IntStream.range(0, rows.count()).filter(row -> rows.present().get(row)).toArray();
      int lists =
          Math.clamp(present.length / LEAST_ROWS_PER_LIST, 1, spec.integer("nlist", DEFAULT_LISTS));
      RowTable stored = RowTable.copy(rows, spec.metric(), present, arena);
      RowTable floats = stored.floats(spec.metric(), workers, arena);
      KMeans clusters = new KMeans(floats, Math.min(lists, present.length), workers, arena);
      MemorySegment centroids = clusters.train();
      context.progress(0.8);
      int[] list = clusters.assign(IntStream.range(0, present.length).toArray());
      int[] starts = starts(list, Math.min(lists, present.length));
      int[] order = order(list, starts);
      int[] rowOrder = Arrays.stream(order).map(slot -> present[slot]).toArray();
      new IndexFileWriter(
              IndexFileFormat.Structure.INVERTED_LISTS,
              spec,
              rows.type(),
              rows.dimension(),
              rows.count())
          .write(
              target,
              Map.of(
                  IndexFileFormat.Section.VECTORS,
                  RowTable.copy(rows, spec.metric(), rowOrder, arena).bytes(),
                  IndexFileFormat.Section.ROWS,
                  IndexFileFormat.ints(rowOrder, arena),
                  IndexFileFormat.Section.CENTROIDS,
                  centroids,
                  IndexFileFormat.Section.LIST_STARTS,
                  IndexFileFormat.ints(starts, arena)));
      context.progress(1);
    }
  }

  private static int[] starts(int[] list, int lists) {
    int[] starts = new int[lists + 1];
    for (int l : list) {
      starts[l + 1]++;
    }
    for (int l = 0; l < lists; l++) {
      starts[l + 1] += starts[l];
    }
    return starts;
  }

  private static int[] order(int[] list, int[] starts) {
    int[] next = starts.clone();
    int[] order = new int[list.length];
    for (int slot = 0; slot < list.length; slot++) {
      order[next[list[slot]]++] = slot;
    }
    return order;
  }
}
