package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.SparseRows;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Builds the file of a sparse index: for each dimension the rows that have it, with their values.
 *
 * <p>Sections: SPARSE_DIMENSIONS, [dimensions] uint32, ascending; LIST_STARTS, [dimensions + 1]
 * int32; ROWS, [postings] int32, ascending within a dimension; SPARSE_VALUES, [postings] float32.
 * All postings of a file number less than 2^31.
 */
final class SparseBuild {
  private static final int ROWS_PER_CHECK = 4096;

  private SparseBuild() {}

  static void write(IndexSpec spec, SparseRows rows, BuildContext context, Path target) {
    try (Arena arena = Arena.ofConfined()) {
      int[] dimensions = dimensions(rows);
      int[] starts = starts(rows, dimensions);
      int postings = starts[dimensions.length];
      MemorySegment postingRows = arena.allocate(Math.max(4, 4L * postings), 64);
      MemorySegment values = arena.allocate(Math.max(4, 4L * postings), 64);
      int[] next = starts.clone();
      for (int row = 0; row < rows.count(); row++) {
        check(context, row, rows.count());
        if (rows.present().get(row)) {
          MemorySegment pairs = rows.row(row);
          for (int i = 0; i < pairs(pairs); i++) {
            int at = next[find(dimensions, SparseRows.dimension(pairs, i))]++;
            postingRows.set(IndexFileFormat.INT, 4L * at, row);
            values.set(IndexFileFormat.FLOAT, 4L * at, SparseRows.value(pairs, i));
          }
        }
      }
      for (int i = 0; i < dimensions.length; i++) {
        dimensions[i] ^= Integer.MIN_VALUE;
      }
      new IndexFileWriter(
              IndexFileFormat.Structure.SPARSE_POSTINGS,
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
                  IndexFileFormat.Section.ROWS,
                  postingRows.asSlice(0, 4L * postings),
                  IndexFileFormat.Section.SPARSE_VALUES,
                  values.asSlice(0, 4L * postings)));
      context.progress(1);
    }
  }

  private static void check(BuildContext context, int row, int count) {
    if (row % ROWS_PER_CHECK == 0) {
      context.progress((double) row / count);
      if (context.cancelled()) {
        throw new ElanusException(ErrorCode.CANCELLED, "index build was cancelled");
      }
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
  private static int[] dimensions(SparseRows rows) {
    int[] found = new int[1024];
    int count = 0;
    for (int row = 0; row < rows.count(); row++) {
      if (rows.present().get(row)) {
        MemorySegment pairs = rows.row(row);
        for (int i = 0; i < pairs(pairs); i++) {
          if (count == found.length) {
            int distinct = distinct(found, count);
            found = Arrays.copyOf(found, Math.max(found.length, 2 * distinct));
            count = distinct;
          }
          found[count++] = SparseRows.dimension(pairs, i) ^ Integer.MIN_VALUE;
        }
      }
    }
    return Arrays.copyOf(found, distinct(found, count));
  }

  /** Sorts the first numbers and drops repetitions; returns how many are left. */
  private static int distinct(int[] numbers, int count) {
    Arrays.sort(numbers, 0, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || numbers[i] != numbers[kept - 1]) {
        numbers[kept++] = numbers[i];
      }
    }
    return kept;
  }

  private static int[] starts(SparseRows rows, int[] dimensions) {
    int[] starts = new int[dimensions.length + 1];
    for (int row = 0; row < rows.count(); row++) {
      if (rows.present().get(row)) {
        MemorySegment pairs = rows.row(row);
        for (int i = 0; i < pairs(pairs); i++) {
          starts[find(dimensions, SparseRows.dimension(pairs, i)) + 1]++;
        }
      }
    }
    for (int i = 0; i < dimensions.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], starts[i + 1]);
    }
    return starts;
  }
}
