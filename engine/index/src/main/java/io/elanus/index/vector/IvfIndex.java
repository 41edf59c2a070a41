package io.elanus.index.vector;

import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * IVF_FLAT over a mapped file, which {@link IvfBuild} describes. The nprobe lists with the nearest
 * centres are scanned exactly; further ones follow until as many eligible rows were compared as
 * nprobe lists hold on average, and k are found: a filter costs no recall. A range search also
 * stops after two lists in a row without a hit.
 */
final class IvfIndex implements MappedIndex {
  private static final int EMPTY_LISTS = 2;

  private final IndexFile file;
  private final RowTable table;
  private final Space space;
  private final SlotRows rows;
  private final MemorySegment centroids;
  private final Kernel centroidKernel;
  private final int[] starts;

  private IvfIndex(
      IndexFile file, RowTable table, SlotRows rows, MemorySegment centroids, int[] starts) {
    this.file = file;
    this.table = table;
    this.space = Space.forAnswers(table);
    this.rows = rows;
    this.centroids = centroids;
    this.starts = starts;
    Distance distance = file.spec().metric() == Metric.IP ? Distance.INNER_PRODUCT : Distance.L2;
    this.centroidKernel = Kernels.forAnswers(ElementType.FLOAT32, distance, file.dimension());
  }

  static IvfIndex open(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    SlotRows rows = SlotRows.of(file);
    long bytes = (long) rows.count() * type.paddedBytes(file.dimension());
    MemorySegment vectors = file.section(IndexFileFormat.Section.VECTORS, bytes);
    MemorySegment section = file.section(IndexFileFormat.Section.LIST_STARTS);
    int[] starts = new int[(int) (section.byteSize() / 4)];
    MemorySegment.copy(section, IndexFileFormat.INT, 0, starts, 0, starts.length);
    file.check(starts.length > 0 && starts[0] == 0, "starts of lists");
    for (int i = 1; i < starts.length; i++) {
      file.check(starts[i] >= starts[i - 1], "starts of lists");
    }
    file.check(starts[starts.length - 1] == rows.count(), "starts of lists");
    long centroidBytes = (starts.length - 1L) * ElementType.FLOAT32.paddedBytes(file.dimension());
    RowTable table =
        RowTable.over(type, file.spec().metric(), file.dimension(), rows.count(), vectors);
    return new IvfIndex(
        file, table, rows, file.section(IndexFileFormat.Section.CENTROIDS, centroidBytes), starts);
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    Scratch scratch = Scratch.local();
    MemorySegment row =
        RowTable.query(query.vector(), table.type(), spec().metric(), file.dimension());
    int[] lists = nearestLists(row, scratch);
    MemorySegment prepared = scratch.query(space.kernel().queryBytes());
    space.kernel().prepare(row, prepared);
    scratch.nearest.reset(query.k());
    boolean ranged = query.range() != ScoreRange.NONE;
    int nprobe = query.parameters().nprobe();
    long wanted = (long) rows.count() * nprobe / Math.max(1, lists.length);
    long compared = 0;
    int empty = 0;
    for (int i = 0; i < lists.length; i++) {
      boolean complete = compared >= wanted && scratch.nearest.isFull();
      if (i >= nprobe && (complete || (ranged && empty >= EMPTY_LISTS))) {
        break;
      }
      int before = scratch.nearest.size();
      int eligible = scan(lists[i], query, prepared, scratch);
      compared += eligible;
      empty = eligible > 0 && scratch.nearest.size() == before ? empty + 1 : 0;
    }
    return scratch.nearest.neighbors(table.distance());
  }

  /** All lists, that with the nearest centre first. */
  private int[] nearestLists(MemorySegment row, Scratch scratch) {
    float[] values = new float[file.dimension()];
    Elements.decode(table.type(), row, 0, values);
    if (spec().metric() == Metric.COSINE) {
      Elements.normalise(values);
    }
    MemorySegment prepared = scratch.query(centroidKernel.queryBytes());
    centroidKernel.prepare(MemorySegment.ofArray(values), prepared);
    long[] ranked = new long[starts.length - 1];
    long stride = centroidKernel.rowBytes();
    for (int from = 0; from < ranked.length; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, ranked.length - from);
      centroidKernel.distances(
          prepared, centroids, from * stride, stride, Scratch.ASCENDING, count, scratch.distances);
      for (int i = 0; i < count; i++) {
        ranked[from + i] = Ranked.of(scratch.distances[i], from + i);
      }
    }
    Arrays.sort(ranked);
    return Arrays.stream(ranked).mapToInt(Ranked::row).toArray();
  }

  /** Offers the eligible rows of a list; returns how many there are. */
  private int scan(int list, VectorQuery query, MemorySegment prepared, Scratch scratch) {
    int eligible = 0;
    int count = 0;
    for (int slot = starts[list]; slot < starts[list + 1]; slot++) {
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
    boolean ranged = query.range() != ScoreRange.NONE;
    for (int i = 0; i < count; i++) {
      float distance = scratch.distances[i];
      if (!ranged || query.range().accepts(table.distance().score(distance))) {
        scratch.nearest.offer(Ranked.of(distance, rows.row(scratch.ordinals[i])));
      }
    }
  }
}
