package io.elanus.index.vector.trees;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Builds the file of ANNOY: trees that halve the rows again and again, each time by how much nearer
 * they are to one of two rows than to the other.
 *
 * <p>Sections: VECTORS, [slots] padded rows; ROWS, [slots] int32; TREE_SLOTS, [trees × slots]
 * int32, the slots in the order of each tree's leaves; TREE_NODES, [nodes] × 24 bytes, tree after
 * tree, each from its root on, parents before children; FIGURES, int32: the first node of each
 * tree, then the number of nodes.
 *
 * <p>A node is six int32: of a fork its children, the slots a and b, and as float32 a scale and a
 * threshold; a row goes to the first child where scale × (distance to b − distance to a) is more
 * than the threshold. Of a leaf the first and the end of its part of TREE_SLOTS, −1, and zeros.
 */
public final class AnnoyBuild {
  static final int NODE_INTS = 6;
  public static final int NODE_BYTES = 4 * NODE_INTS;
  public static final int DEFAULT_TREES = 8;

  /** Most slots of a leaf. */
  public static final int LEAF = 64;

  private static final long SEED = 0xA220;

  private final IndexSpec spec;
  private final DenseRows rows;
  private final BuildContext context;

  public AnnoyBuild(IndexSpec spec, DenseRows rows, BuildContext context) {
    this.spec = spec;
    this.rows = rows;
    this.context = context;
  }

  public void write(Path target) {
    int trees = spec.integer("n_trees", DEFAULT_TREES);
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(context)) {
      int[] order = presentRows();
      RowTable table = RowTable.copy(rows, spec.metric(), order, arena);
      AnnoyTree[] grown = new AnnoyTree[trees];
      workers.each(
          trees,
          (worker, tree) -> {
            grown[tree] = new AnnoyTree(table, LEAF, SEED + tree, AnnoyBuild.this::check);
            grown[tree].grow();
          });
      int[] figures = new int[trees + 1];
      for (int tree = 0; tree < trees; tree++) {
        figures[tree + 1] = figures[tree] + grown[tree].nodes();
      }
      MemorySegment nodes = arena.allocate(4L * NODE_INTS * figures[trees], 64);
      MemorySegment slots = arena.allocate(Math.max(4, 4L * trees * order.length), 64);
      for (int tree = 0; tree < trees; tree++) {
        grown[tree].write(figures[tree], nodes, slots, (long) tree * order.length);
      }
      new IndexFileWriter(
              IndexFileFormat.Structure.TREES, spec, rows.type(), rows.dimension(), rows.count())
          .write(
              target,
              Map.of(
                  IndexFileFormat.Section.VECTORS,
                  table.bytes(),
                  IndexFileFormat.Section.ROWS,
                  IndexFileFormat.ints(order, arena),
                  IndexFileFormat.Section.TREE_SLOTS,
                  slots.asSlice(0, 4L * trees * order.length),
                  IndexFileFormat.Section.TREE_NODES,
                  nodes,
                  IndexFileFormat.Section.FIGURES,
                  IndexFileFormat.ints(figures, arena)));
      context.progress(1);
    }
  }

  private void check() {
    if (context.cancelled()) {
      throw new ElanusException(ErrorCode.CANCELLED, "index build was cancelled");
    }
  }

  private int[] presentRows() {
    int[] order = new int[rows.count()];
    int count = 0;
    for (int row = 0; row < order.length; row++) {
      if (rows.present().get(row)) {
        order[count++] = row;
      }
    }
    return Arrays.copyOf(order, count);
  }
}
