package io.elanus.index.vector.sparse;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.SparseRows;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.PiecewiseSort;
import io.elanus.schema.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Builds the file of a sparse index: for each dimension the rows that have it, with their values,
 * in blocks that tell their bounds. Its sections are those of {@link SparsePostings}; all postings
 * of a file number less than 2^31. Values of 0 are left out.
 */
public final class SparseBuild {
  static final int MAX_BLOCK_SIZE = 4096;
  private static final int BLOCK_SIZE = 128;

  /** Bytes of a posting in the file, about. */
  private static final int POSTING_BYTES = 6;

  private static final int ROWS_PER_LOOK = 512;

  /** Share of the work that each of the three passes over the rows is; blocks and the file, .1. */
  private static final double PASS = 0.3;

  private final IndexSpec spec;
  private final SparseRows rows;
  private final BuildContext context;

  private SparseBuild(IndexSpec spec, SparseRows rows, BuildContext context) {
    this.spec = spec;
    this.rows = rows;
    this.context = context;
  }

  public static void write(IndexSpec spec, SparseRows rows, BuildContext context, Path target) {
    new SparseBuild(spec, rows, context).write(target);
  }

  /**
   * What {@link #write} takes. Rows of postings are told by how far they are from the one before,
   * in a byte or two; while they are spread they are whole numbers.
   */
  public static IndexMemory forecast(SparseRows rows) {
    long postings = rows.data().byteSize() / SparseRows.PAIR_BYTES;
    long file = POSTING_BYTES * postings + 8L * rows.count();
    return new IndexMemory(file, file + postings * (SparseRows.PAIR_BYTES + 4));
  }

  private void write(Path target) {
    try (Arena arena = Arena.ofShared()) {
      int[] dimensions = dimensions(context.part(0, PASS));
      int[] starts = starts(dimensions, context.part(PASS, 2 * PASS));
      MemorySegment postingRows = context.allocate(arena, 4L * starts[dimensions.length]);
      MemorySegment values = context.allocate(arena, 4L * starts[dimensions.length]);
      spread(dimensions, starts, postingRows, values, context.part(2 * PASS, 3 * PASS));
      int blockSize = Math.min(MAX_BLOCK_SIZE, spec.integer("block_max_block_size", BLOCK_SIZE));
      SparseBlocks blocks = SparseBlocks.of(blockSize, starts, postingRows, values, context, arena);
      for (int i = 0; i < dimensions.length; i++) {
        dimensions[i] ^= Integer.MIN_VALUE;
      }
      context.stopIfCancelled();
      new IndexFileWriter(
              IndexFileFormat.Structure.SPARSE_BLOCKS,
              spec,
              DataType.SPARSE_FLOAT_VECTOR,
              0,
              rows.count())
          .write(
              target,
              Map.of(
                  IndexFileFormat.Section.SPARSE_DIMENSIONS,
                  IndexFileFormat.ints(dimensions, arena),
                  IndexFileFormat.Section.LIST_STARTS,
                  IndexFileFormat.ints(starts, arena),
                  IndexFileFormat.Section.FIGURES,
                  IndexFileFormat.ints(new int[] {blockSize}, arena),
                  IndexFileFormat.Section.SPARSE_BLOCKS,
                  blocks.blocks(),
                  IndexFileFormat.Section.SPARSE_ROWS,
                  blocks.rows(),
                  IndexFileFormat.Section.SPARSE_VALUES,
                  values),
              context);
      context.progress(1);
    }
  }

  /** Writes every posting to its list. */
  private void spread(
      int[] dimensions,
      int[] starts,
      MemorySegment postingRows,
      MemorySegment values,
      BuildContext share) {
    int[] next = starts.clone();
    for (int row = 0; row < rows.count(); row++) {
      check(row, share);
      if (rows.present().get(row)) {
        MemorySegment pairs = rows.row(row);
        for (int i = 0; i < pairs(pairs); i++) {
          if (SparseRows.value(pairs, i) != 0) {
            int at = next[find(dimensions, SparseRows.dimension(pairs, i))]++;
            postingRows.set(IndexFileFormat.INT, 4L * at, row);
            values.set(IndexFileFormat.FLOAT, 4L * at, SparseRows.value(pairs, i));
          }
        }
      }
    }
  }

  /** Tells how far a pass over the rows is, and stops where told. */
  private void check(int row, BuildContext share) {
    if (row % ROWS_PER_LOOK == 0) {
      share.progress((double) row / rows.count());
      share.stopIfCancelled();
    }
  }

  private static int pairs(MemorySegment row) {
    return (int) (row.byteSize() / SparseRows.PAIR_BYTES);
  }

  /** The place of a dimension among signed numbers that are ordered as the dimensions are. */
  private static int find(int[] ordered, int dimension) {
    return Arrays.binarySearch(ordered, dimension ^ Integer.MIN_VALUE);
  }

  /** The dimensions in use, their highest bit turned, so that signed order is theirs. */
  private int[] dimensions(BuildContext share) {
    int[] found = new int[1024];
    int count = 0;
    for (int row = 0; row < rows.count(); row++) {
      check(row, share);
      if (rows.present().get(row)) {
        MemorySegment pairs = rows.row(row);
        for (int i = 0; i < pairs(pairs); i++) {
          if (SparseRows.value(pairs, i) != 0) {
            if (count == found.length) {
              int distinct = distinct(found, count);
              found = Arrays.copyOf(found, Math.max(found.length, 2 * distinct));
              count = distinct;
            }
            found[count++] = SparseRows.dimension(pairs, i) ^ Integer.MIN_VALUE;
          }
        }
      }
    }
    return Arrays.copyOf(found, distinct(found, count));
  }

  /** Sorts the first numbers and drops repetitions; returns how many are left. */
  private int distinct(int[] numbers, int count) {
    long[] sorted = new long[count];
    Arrays.setAll(sorted, i -> numbers[i]);
    PiecewiseSort.sort(sorted, context);
    Arrays.setAll(numbers, i -> i < count ? (int) sorted[i] : numbers[i]);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || numbers[i] != numbers[kept - 1]) {
        numbers[kept++] = numbers[i];
      }
    }
    return kept;
  }

  private int[] starts(int[] dimensions, BuildContext share) {
    int[] starts = new int[dimensions.length + 1];
    for (int row = 0; row < rows.count(); row++) {
      check(row, share);
      if (rows.present().get(row)) {
        MemorySegment pairs = rows.row(row);
        for (int i = 0; i < pairs(pairs); i++) {
          if (SparseRows.value(pairs, i) != 0) {
            starts[find(dimensions, SparseRows.dimension(pairs, i)) + 1]++;
          }
        }
      }
    }
    for (int i = 0; i < dimensions.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], starts[i + 1]);
    }
    return starts;
  }
}
