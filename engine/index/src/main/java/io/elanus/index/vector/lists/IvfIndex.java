package io.elanus.index.vector.lists;

import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * IVF_FLAT and BIN_IVF_FLAT over a mapped file, which {@link IvfBuild} describes: the rows of the
 * lists that {@link ListVisit} chooses are scanned exactly.
 */
public final class IvfIndex implements ListsIndex {
  private final IndexFile file;
  private final RowTable table;
  private final Space space;
  private final SlotRows rows;
  private final InvertedLists lists;
  private final MeasuredRecall measured;

  private IvfIndex(IndexFile file, RowTable table, SlotRows rows, InvertedLists lists) {
    this.file = file;
    this.table = table;
    this.space = Space.forAnswers(table);
    this.rows = rows;
    this.lists = lists;
    this.measured = RecallTable.of(file);
  }

  public static IvfIndex open(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    SlotRows rows = SlotRows.of(file);
    long bytes = (long) rows.count() * type.paddedBytes(file.dimension());
    MemorySegment vectors = file.section(IndexFileFormat.Section.VECTORS, bytes);
    RowTable table =
        RowTable.over(type, file.spec().metric(), file.dimension(), rows.count(), vectors);
    InvertedLists lists = InvertedLists.of(file, rows.count(), centreKernel(file));
    return new IvfIndex(file, table, rows, lists);
  }

  /** Centres of numbers are float32 and, but for IP, compared by L2. */
  static Kernel centreKernel(IndexFile file) {
    Metric metric = file.spec().metric();
    if (file.type() == DataType.BINARY_VECTOR) {
      return Kernels.forAnswers(ElementType.BINARY, Shapes.distance(metric), file.dimension());
    }
    Distance distance = metric == Metric.IP ? Distance.INNER_PRODUCT : Distance.L2;
    return Kernels.forAnswers(ElementType.FLOAT32, distance, file.dimension());
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public MeasuredRecall measuredRecall() {
    return measured;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    int survivors = rows.count() == 0 ? 0 : rows.eligible(query.eligible());
    if (survivors == 0) {
      return Neighbors.NONE;
    }
    Scratch scratch = Scratch.local();
    MemorySegment row =
        RowTable.query(query.vector(), table.type(), spec().metric(), file.dimension());
    MemorySegment prepared = scratch.second(space.kernel().queryBytes());
    space.kernel().prepare(row, prepared);
    scratch.nearest.reset(query.k());
    scratch.tooNear = 0;
    ListVisit visit = ListVisit.of(lists, rows, measured, query, spec().metric());
    if (visit.gathers(query, survivors)) {
      rows.gather(
          query.eligible(), scratch.ordinals, count -> offer(query, prepared, count, scratch));
    } else {
      InvertedLists.NearestLists nearest = lists.nearest(centreRow(row), scratch);
      boolean all = survivors == rows.count();
      visit.visit(
          query,
          nearest,
          !all,
          found(scratch),
          list ->
              all ? scanAll(list, query, prepared, scratch) : scan(list, query, prepared, scratch));
    }
    return scratch.nearest.neighbors(table.distance());
  }

  @Override
  public InvertedLists.NearestLists nearest(MemorySegment vector, Scratch scratch) {
    return lists.nearest(
        centreRow(RowTable.query(vector, table.type(), spec().metric(), file.dimension())),
        scratch);
  }

  @Override
  public boolean exact() {
    return true;
  }

  static ListVisit.Found found(Scratch scratch) {
    return new ListVisit.Found() {
      @Override
      public int size() {
        return scratch.nearest.size();
      }

      @Override
      public long bound() {
        return scratch.nearest.bound();
      }

      @Override
      public int tooNear() {
        return scratch.tooNear;
      }
    };
  }

  /** The query as the centres are: bits, or float32 numbers. */
  private MemorySegment centreRow(MemorySegment row) {
    if (table.type() == ElementType.BINARY) {
      return row;
    }
    float[] values = new float[file.dimension()];
    Elements.decode(table.type(), row, 0, values);
    if (spec().metric() == Metric.COSINE) {
      Elements.normalise(values);
    }
    return MemorySegment.ofArray(values);
  }

  /** Offers the rows of a list; returns how many there are. */
  private int scanAll(int list, VectorQuery query, MemorySegment prepared, Scratch scratch) {
    int end = lists.starts()[list + 1];
    for (int from = lists.starts()[list]; from < end; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, end - from);
      for (int i = 0; i < count; i++) {
        scratch.ordinals[i] = from + i;
      }
      offer(query, prepared, count, scratch);
    }
    return end - lists.starts()[list];
  }

  /** Offers the eligible rows of a list; returns how many there are. */
  private int scan(int list, VectorQuery query, MemorySegment prepared, Scratch scratch) {
    int eligible = 0;
    int count = 0;
    for (int slot = lists.starts()[list]; slot < lists.starts()[list + 1]; slot++) {
      if (query.eligible().get(rows.row(slot))) {
        scratch.ordinals[count++] = slot;
        if (count == Scratch.BLOCK) {
          offer(query, prepared, count, scratch);
          eligible += count;
          count = 0;
        }
      }
    }
    offer(query, prepared, count, scratch);
    return eligible + count;
  }

  private void offer(VectorQuery query, MemorySegment prepared, int count, Scratch scratch) {
    space.distances(prepared, scratch.ordinals, count, scratch.distances);
    scratch.tooNear +=
        rows.offer(
            scratch.ordinals,
            scratch.distances,
            count,
            table.distance(),
            query.range(),
            spec().metric(),
            scratch.nearest);
  }
}
