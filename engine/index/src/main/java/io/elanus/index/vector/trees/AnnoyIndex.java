package io.elanus.index.vector.trees;

import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.ScanQuery;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * ANNOY over a mapped file, which {@link AnnoyBuild} describes. All trees are descended together,
 * always where the query is least on the wrong side, until as many eligible rows were compared as
 * asked for; so k rows are found where there are k. Where a range leaves fewer of those compared,
 * all rows are.
 */
public final class AnnoyIndex implements MappedIndex {
  /** Rows compared at least where nothing is asked for. */
  private static final int LEAST_COMPARED = 8000;

  private final IndexFile file;
  private final Space space;
  private final RowTable table;
  private final SlotRows rows;
  private final int[] roots;
  private final MemorySegment nodes;
  private final MemorySegment slots;
  private final MemorySegment planes;
  private final long planeCount;
  private final long nodeCount;
  private final Kernel products;
  private final @Nullable Sphere sphere;

  /** A node to be visited and how far the query is away from it, squared, by the planes met. */
  private record Visit(int node, float away, int tree) {}

  private AnnoyIndex(
      IndexFile file, RowTable table, SlotRows rows, int[] roots, MemorySegment nodes) {
    this.file = file;
    this.table = table;
    this.space = Space.forAnswers(table);
    this.rows = rows;
    this.roots = roots;
    this.nodes = nodes;
    this.slots = file.section(IndexFileFormat.Section.TREE_SLOTS);
    this.planes = file.section(IndexFileFormat.Section.TREE_PLANES);
    this.nodeCount = nodes.byteSize() / AnnoyBuild.NODE_BYTES;
    this.planeCount = planes.byteSize() / table.stride();
    this.products =
        Kernels.forAnswers(ElementType.FLOAT32, Distance.INNER_PRODUCT, file.dimension());
    this.sphere =
        Sphere.serves(file.spec().metric())
            ? new Sphere(file.section(IndexFileFormat.Section.LONGEST, 4).get(FLOAT, 0))
            : null;
  }

  public static AnnoyIndex open(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    SlotRows rows = SlotRows.of(file);
    long bytes = (long) rows.count() * type.paddedBytes(file.dimension());
    RowTable table =
        RowTable.over(
            type,
            file.spec().metric(),
            file.dimension(),
            rows.count(),
            file.section(IndexFileFormat.Section.VECTORS, bytes));
    MemorySegment figures = file.section(IndexFileFormat.Section.FIGURES);
    int[] roots = new int[(int) (figures.byteSize() / 4)];
    MemorySegment.copy(figures, INT, 0, roots, 0, roots.length);
    file.check(roots.length > 1 && roots[0] == 0, "roots");
    long nodeBytes = (long) AnnoyBuild.NODE_BYTES * roots[roots.length - 1];
    AnnoyIndex index =
        new AnnoyIndex(
            file,
            table,
            rows,
            Arrays.copyOf(roots, roots.length - 1),
            file.section(IndexFileFormat.Section.TREE_NODES, nodeBytes));
    for (int tree = 0; tree + 1 < roots.length; tree++) {
      file.check(roots[tree] < roots[tree + 1], "roots");
      index.checkTree(tree, roots[tree], roots[tree + 1]);
    }
    return index;
  }

  private void checkTree(int tree, int from, int to) {
    file.check(slots.byteSize() == 4L * roots.length * rows.count(), "slots of trees");
    for (int node = from; node < to; node++) {
      int left = number(node, 0);
      int right = number(node, 1);
      if (number(node, 2) < 0) {
        file.check(0 <= left && left <= right && right <= rows.count(), "leaves");
      } else {
        file.check(left > node && left < to && right > node && right < to, "children");
        file.check(number(node, 2) < planeCount, "planes of forks");
      }
    }
    Bits seen = Bits.none(rows.count());
    for (int i = 0; i < rows.count(); i++) {
      int slot = slot(tree, i);
      file.check(slot >= 0 && slot < rows.count() && !seen.get(slot), "slots of trees");
      seen.set(slot);
    }
  }

  private int number(int node, int i) {
    return nodes.get(INT, 4L * (AnnoyBuild.NODE_INTS * (long) node + i));
  }

  private float figure(int node, int i) {
    return nodes.get(FLOAT, 4L * (AnnoyBuild.NODE_INTS * (long) node + i));
  }

  private int slot(int tree, int i) {
    return slots.get(INT, 4L * ((long) tree * rows.count() + i));
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    Scratch scratch = Scratch.local();
    ScanQuery asked =
        ScanQuery.of(
                List.of(query),
                space.kernel(),
                table.distance(),
                vector -> RowTable.query(vector, table.type(), spec().metric(), file.dimension()),
                scratch)
            .getFirst();
    if (rows.count() > 0) {
      new Descent(query, asked, scratch).run();
    }
    return ScanQuery.answers(List.of(asked)).getFirst();
  }

  /** A query as trees are descended with it. */
  private MemorySegment direction(MemorySegment vector) {
    if (sphere == null) {
      return vector;
    }
    float[] values = new float[file.dimension()];
    MemorySegment.copy(vector, FLOAT, 0, values, 0, values.length);
    return MemorySegment.ofArray(sphere.query(values));
  }

  /** One search. */
  private final class Descent {
    private final VectorQuery query;
    private final ScanQuery asked;
    private final Scratch scratch;
    private final Bits seen = Bits.none(rows.count());
    private final MemorySegment direction;
    private final int[] fork = new int[1];
    private final int wanted;
    private int collected;
    private int compared;
    private int tooNear;
    private long forks;

    Descent(VectorQuery query, ScanQuery asked, Scratch scratch) {
      this.query = query;
      this.asked = asked;
      this.scratch = scratch;
      this.direction = scratch.second(products.queryBytes());
      products.prepare(direction(asked.vector()), direction);
      int given = query.parameters().reorder();
      long usual = Math.max(LEAST_COMPARED, (long) query.k() * roots.length);
      this.wanted = given > 0 ? Math.max(given, query.k()) : (int) Math.min(usual, rows.count());
    }

    void run() {
      if (rows.eligible(query.eligible()) <= wanted) {
        rows.gather(query.eligible(), scratch.ordinals, this::compare);
        return;
      }
      PriorityQueue<Visit> open =
          new PriorityQueue<>((x, y) ->
              x.away != y.away ? Float.compare(x.away, y.away) : Integer.compare(x.node, y.node));
      for (int tree = 0; tree < roots.length; tree++) {
        open.add(new Visit(roots[tree], 0, tree));
      }
      while (!open.isEmpty() && compared < wanted + beyond()) {
        while (!open.isEmpty() && compared + collected < wanted + beyond()) {
          descend(open.remove(), open);
        }
        compare(collected);
        collected = 0;
      }
      if (query.range() != ScoreRange.NONE && asked.nearest().size() < query.k()) {
        asked.nearest().reset(query.k());
        rows.gather(query.eligible(), scratch.ordinals, this::compare);
      }
    }

    /** Rows to compare more, for the k wanted begin behind those that are too near. */
    private long beyond() {
      return 2L * roots.length * tooNear;
    }

    private void descend(Visit visit, PriorityQueue<Visit> open) {
      int node = visit.node;
      while (number(node, 2) >= 0) {
        float side = side(node);
        int near = side > 0 ? number(node, 0) : number(node, 1);
        int far = side > 0 ? number(node, 1) : number(node, 0);
        Objects.checkIndex(node, Math.min(near, far)); // parents come first, or it has no end
        Objects.checkIndex(forks++, nodeCount);
        open.add(new Visit(far, visit.away + side * side, visit.tree));
        node = near;
      }
      for (int i = number(node, 0); i < number(node, 1); i++) {
        collect(slot(visit.tree, i));
      }
    }

    /** How far the query is on the side of a fork's first child. */
    private float side(int node) {
      fork[0] = number(node, 2);
      Objects.checkIndex(fork[0], planeCount); // kernels do not look where they read
      products.distances(direction, planes, 0, table.stride(), fork, 1, scratch.distances);
      return -scratch.distances[0] - figure(node, 3);
    }

    private void collect(int slot) {
      if (!seen.get(slot) && query.eligible().get(rows.row(slot))) {
        seen.set(slot);
        scratch.ordinals[collected++] = slot;
        if (collected == Scratch.BLOCK) {
          compare(collected);
          collected = 0;
        }
      }
    }

    private void compare(int count) {
      space.distances(asked.prepared(), scratch.ordinals, count, scratch.distances);
      boolean ranged = query.range() != ScoreRange.NONE;
      for (int i = 0; i < count; i++) {
        scratch.ordinals[i] = rows.row(scratch.ordinals[i]);
        float score = ranged ? table.distance().score(scratch.distances[i]) : 0;
        tooNear += ranged && query.range().isTooNear(spec().metric(), score) ? 1 : 0;
      }
      asked.offer(0, scratch.ordinals, scratch.distances, count);
      compared += count;
    }
  }
}
