package io.elanus.index.vector;

import static io.elanus.index.vector.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.IndexFileFormat.INT;

import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.vectors.Distance;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * SPARSE_INVERTED_INDEX over a mapped file, which {@link SparseBuild} describes: exact inner
 * products, summed term after term in a window of rows that fits the cache (SINDI, arXiv
 * 2509.08395, without its value blocks). A row that scores 0 is no match.
 */
final class SparseIndex implements MappedIndex {
  private static final int WINDOW = 1 << 14;
  private static final ThreadLocal<float[]> SUMS = ThreadLocal.withInitial(() -> new float[WINDOW]);

  private final IndexFile file;
  private final int[] dimensions;
  private final int[] starts;
  private final MemorySegment rows;
  private final MemorySegment values;

  private SparseIndex(
      IndexFile file, int[] dimensions, int[] starts, MemorySegment rows, MemorySegment values) {
    this.file = file;
    this.dimensions = dimensions;
    this.starts = starts;
    this.rows = rows;
    this.values = values;
  }

  static SparseIndex open(IndexFile file) {
    int[] dimensions = ints(file.section(IndexFileFormat.Section.SPARSE_DIMENSIONS));
    int[] starts = ints(file.section(IndexFileFormat.Section.LIST_STARTS));
    file.check(starts.length == dimensions.length + 1 && starts[0] == 0, "starts of lists");
    long bytes = 4L * starts[dimensions.length];
    MemorySegment rows = file.section(IndexFileFormat.Section.ROWS, bytes);
    MemorySegment values = file.section(IndexFileFormat.Section.SPARSE_VALUES, bytes);
    for (int d = 0; d < dimensions.length; d++) {
      dimensions[d] ^= Integer.MIN_VALUE;
      file.check(d == 0 || dimensions[d - 1] < dimensions[d], "order of dimensions");
      file.check(starts[d] <= starts[d + 1], "starts of lists");
      int previous = -1;
      for (int i = starts[d]; i < starts[d + 1]; i++) {
        int row = rows.get(INT, 4L * i);
        file.check(row > previous && row < file.count(), "row ordinals");
        previous = row;
      }
    }
    return new SparseIndex(file, dimensions, starts, rows, values);
  }

  private static int[] ints(MemorySegment section) {
    int[] ints = new int[(int) (section.byteSize() / 4)];
    MemorySegment.copy(section, INT, 0, ints, 0, ints.length);
    return ints;
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    SparseQuery terms = SparseQuery.of(query.vector(), query.parameters().dropRatioSearch());
    int[] next = new int[terms.count()];
    int[] end = new int[terms.count()];
    for (int t = 0; t < next.length; t++) {
      int list = Arrays.binarySearch(dimensions, terms.dimension(t) ^ Integer.MIN_VALUE);
      next[t] = list < 0 ? 0 : starts[list];
      end[t] = list < 0 ? 0 : starts[list + 1];
    }
    TopK nearest = Scratch.local().nearest;
    nearest.reset(query.k());
    float[] sums = SUMS.get();
    for (int first = 0; first < file.count(); first += WINDOW) {
      boolean touched = false;
      for (int t = 0; t < next.length; t++) {
        int from = next[t];
        next[t] = add(from, end[t], terms.weight(t), first, sums);
        touched |= next[t] > from;
      }
      if (touched) {
        offer(query, first, sums, nearest);
      }
    }
    return nearest.neighbors(Distance.INNER_PRODUCT);
  }

  /** Adds a term's postings within the window; returns the first beyond it. */
  private int add(int from, int end, float weight, int first, float[] sums) {
    int i = from;
    while (i < end) {
      int row = rows.get(INT, 4L * i) - first;
      if (row >= WINDOW) {
        break;
      }
      sums[row] += weight * values.get(FLOAT, 4L * i);
      i++;
    }
    return i;
  }

  /** Offers the rows of the window and clears their sums. */
  private void offer(VectorQuery query, int first, float[] sums, TopK nearest) {
    int count = Math.min(WINDOW, file.count() - first);
    for (int i = 0; i < count; i++) {
      float score = sums[i];
      if (score != 0) {
        sums[i] = 0;
        long ranked = Ranked.of(-score, first + i);
        if (ranked < nearest.bound()
            && query.eligible().get(first + i)
            && query.range().accepts(score)) {
          nearest.offer(ranked);
        }
      }
    }
  }
}
