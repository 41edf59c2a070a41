package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.clusters.BitClusters;
import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Builds the file of an IVF_FLAT or BIN_IVF_FLAT index: rows lie in the list of their nearest
 * centre (Jégou et al. 2011), numbers by squared distance whatever the metric, bits by the metric.
 *
 * <p>Sections: VECTORS, padded rows, list after list; ROWS, the row of each; CENTROIDS, [lists]
 * padded rows, float32 or bits; LIST_STARTS, [lists + 1] int32; RECALL, what {@link ListRecall}
 * found, unless there are few rows.
 */
public final class IvfBuild {
  private IvfBuild() {}

  public static void write(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(context)) {
      int[] present = present(rows);
      RowTable stored = RowTable.copy(rows, spec.metric(), present, context, arena);
      Clusters clusters =
          stored.type() == ElementType.BINARY
              ? BitClusters.of(spec, stored, workers, arena)
              : Clusters.of(spec, stored.floats(spec.metric(), workers, arena), workers, arena);
      context.progress(0.8);
      int[] columnRows = clusters.rows(present);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      sections.put(
          IndexFileFormat.Section.VECTORS,
          RowTable.copy(rows, spec.metric(), columnRows, context, arena).data());
      clusters.addTo(sections, columnRows, arena);
      IndexFileWriter writer =
          new IndexFileWriter(
              IndexFileFormat.Structure.INVERTED_LISTS,
              spec,
              rows.type(),
              rows.dimension(),
              rows.count());
      new ListRecall(rows, present, stored, clusters, workers, context)
          .add(writer.unwritten(target, sections), IvfIndex::open, sections, arena);
      writer.write(target, sections, context);
      context.progress(1);
    }
  }

  /** What {@link #write} takes. What centres are learnt from is given back before the lists. */
  public static IndexMemory forecast(IndexSpec spec, DenseRows column) {
    RowBytes row = RowBytes.of(spec, column);
    int rows = column.count();
    long centres = Clusters.lists(spec, rows) * (row.binary() ? row.stored() : row.floats());
    long learning =
        row.binary()
            ? BitClusters.countBytes(spec, rows, column.dimension())
            : Clusters.trainingBytes(spec, rows, column.dimension());
    long file = rows * (row.stored() + 4) + centres;
    return new IndexMemory(
        file, Math.max(file, learning) + centres + rows * (row.stored() + row.floatCopy() + 12));
  }

  /** Rows that have a vector, in ascending order. */
  static int[] present(DenseRows rows) {
    return IntStream.range(0, rows.count()).filter(row -> rows.present().get(row)).toArray();
  }
}
