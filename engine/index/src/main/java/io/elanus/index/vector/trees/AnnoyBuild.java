package io.elanus.index.vector.trees;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Builds the file of ANNOY: trees that halve the rows again and again, each time by how far they
 * lie along a direction that they are spread along, as {@link Spread} finds it.
 *
 * <p>Sections: VECTORS, [slots] padded rows; ROWS, [slots] int32; TREE_SLOTS, [trees × slots]
 * int32, the slots in the order of each tree's leaves; TREE_NODES, [nodes] × 16 bytes, tree after
 * tree, each from its root on, parents before children; TREE_PLANES, [planes] padded float32 rows
 * of length 1 or 0; FIGURES, int32: the first node of each tree, then the number of nodes.
 *
 * <p>A node is four int32: of a fork its children, a plane, and as float32 a threshold; a row goes
 * to the first child where its product with the plane is more than the threshold. Of a leaf the
 * first and the end of its part of TREE_SLOTS, −1, and zero.
 *
 * <p>Under IP trees are over rows as {@link Sphere} lifts them, and LONGEST is one float32. A query
 * is zero in the further dimension: planes are kept without it.
 */
public final class AnnoyBuild {
  static final int NODE_INTS = 4;
  static final int NODE_BYTES = 4 * NODE_INTS;
  private static final int DEFAULT_TREES = 8;

  /** Most slots of a leaf. */
  private static final int LEAF = 64;

  /**
   * Where trees are written to: TREE_NODES, TREE_SLOTS and TREE_PLANES.
   *
   * @param dimension of a plane
   */
  record Memory(MemorySegment nodes, MemorySegment slots, MemorySegment planes, int dimension) {}

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
      RowTable table = RowTable.copy(rows, spec.metric(), order, context, arena);
      AnnoyTree.Size size = AnnoyTree.Size.of(table.count(), LEAF);
      Memory memory =
          new Memory(
              context.allocate(arena, (long) NODE_BYTES * trees * size.nodes()),
              context.allocate(arena, 4L * trees * order.length),
              context.allocate(arena, (long) table.stride() * trees * size.forks()),
              table.dimension());
      Map<Section, MemorySegment> sections = new EnumMap<>(Section.class);
      RowTable grown = table;
      if (Sphere.serves(spec.metric())) {
        Sphere sphere = Sphere.over(table, context);
        grown = sphere.lift(table, workers, arena);
        sections.put(Section.LONGEST, arena.allocateFrom(IndexFileFormat.FLOAT, sphere.longest()));
      }
      RowTable over = grown;
      workers.each(
          trees,
          (worker, tree) -> new AnnoyTree(over, LEAF, tree, SEED + tree, memory, context).grow());
      int[] figures = new int[trees + 1];
      Arrays.setAll(figures, tree -> tree * size.nodes());
      sections.put(Section.VECTORS, table.data());
      sections.put(Section.ROWS, IndexFileFormat.ints(order, arena));
      sections.put(Section.TREE_SLOTS, memory.slots());
      sections.put(Section.TREE_NODES, memory.nodes());
      sections.put(Section.TREE_PLANES, memory.planes());
      sections.put(Section.FIGURES, IndexFileFormat.ints(figures, arena));
      new IndexFileWriter(
              IndexFileFormat.Structure.FOREST, spec, rows.type(), rows.dimension(), rows.count())
          .write(target, sections, context);
      context.progress(1);
    }
  }

  /** What {@link #write} takes; trees grow side by side. */
  public static IndexMemory forecast(IndexSpec spec, DenseRows column) {
    RowBytes row = RowBytes.of(spec, column);
    long rows = column.count();
    long trees = spec.integer("n_trees", DEFAULT_TREES);
    AnnoyTree.Size size = AnnoyTree.Size.of(column.count(), LEAF);
    long tree = (long) size.nodes() * NODE_BYTES + size.forks() * row.floats();
    long file = rows * (row.stored() + 4 + 4 * trees) + trees * tree;
    long lifted = Sphere.serves(spec.metric()) ? row.floats() + ElementType.ALIGNMENT_BYTES : 0;
    return new IndexMemory(file, file + rows * (4 * trees + 24 + lifted));
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
