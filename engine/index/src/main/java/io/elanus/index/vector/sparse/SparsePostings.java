package io.elanus.index.vector.sparse;

import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The postings of a mapped file, read in place.
 *
 * <p>Sections, all written by {@link SparseBuild}: SPARSE_DIMENSIONS, [dimensions] uint32,
 * ascending; LIST_STARTS, [dimensions + 1] int32, the first posting of each; FIGURES, int32,
 * postings of a block; SPARSE_BLOCKS, [blocks] × 16 bytes, those of a list one after the other;
 * SPARSE_ROWS, the rows of the blocks; SPARSE_VALUES, [postings] float32.
 *
 * <p>A block is its first row (int32), where its rows are (uint32: a place in SPARSE_ROWS, a
 * multiple of 4, plus 0, 1 or 2 for numbers of 1, 2 or 4 bytes), its largest and its smallest value
 * (float32). Its rows are ascending numbers, each the distance from the block's first row.
 *
 * @param dimensions their highest bit turned, so that signed order is theirs
 * @param starts first posting of each list and the end
 * @param firstBlocks first block of each list and the end
 */
record SparsePostings(
    int blockSize,
    int[] dimensions,
    int[] starts,
    int[] firstBlocks,
    MemorySegment blocks,
    MemorySegment rows,
    MemorySegment values) {
  static final int BLOCK_BYTES = 16;

  /** Maps the sections and verifies every number that is used as a place. */
  static SparsePostings open(IndexFile file) {
    int[] dimensions = ints(file.section(IndexFileFormat.Section.SPARSE_DIMENSIONS));
    int[] starts = ints(file.section(IndexFileFormat.Section.LIST_STARTS));
    int[] figures = ints(file.section(IndexFileFormat.Section.FIGURES, 4));
    file.check(figures[0] >= 1 && figures[0] <= SparseBuild.MAX_BLOCK_SIZE, "block size");
    file.check(starts.length == dimensions.length + 1 && starts[0] == 0, "starts of lists");
    for (int list = 0; list < dimensions.length; list++) {
      dimensions[list] ^= Integer.MIN_VALUE;
      file.check(list == 0 || dimensions[list - 1] < dimensions[list], "order of dimensions");
      file.check(starts[list] < starts[list + 1], "starts of lists");
    }
    int[] firstBlocks = firstBlocks(starts, figures[0]);
    SparsePostings postings =
        new SparsePostings(
            figures[0],
            dimensions,
            starts,
            firstBlocks,
            file.section(
                IndexFileFormat.Section.SPARSE_BLOCKS,
                (long) BLOCK_BYTES * firstBlocks[dimensions.length]),
            file.section(IndexFileFormat.Section.SPARSE_ROWS),
            file.section(IndexFileFormat.Section.SPARSE_VALUES, 4L * starts[dimensions.length]));
    postings.check(file);
    return postings;
  }

  private static int[] ints(MemorySegment section) {
    int[] ints = new int[(int) (section.byteSize() / 4)];
    MemorySegment.copy(section, INT, 0, ints, 0, ints.length);
    return ints;
  }

  static int[] firstBlocks(int[] starts, int blockSize) {
    int[] firstBlocks = new int[starts.length];
    for (int list = 0; list + 1 < starts.length; list++) {
      int postings = starts[list + 1] - starts[list];
      firstBlocks[list + 1] = firstBlocks[list] + (postings + blockSize - 1) / blockSize;
    }
    return firstBlocks;
  }

  private void check(IndexFile file) {
    int[] read = new int[blockSize];
    for (int list = 0; list < dimensions.length; list++) {
      int previous = -1;
      for (int block = firstBlocks[list]; block < firstBlocks[list + 1]; block++) {
        int count = rows(list, block, read);
        for (int i = 0; i < count; i++) {
          file.check(read[i] > previous && read[i] < file.count(), "row ordinals");
          float value = values.get(FLOAT, 4L * (posting(list, block) + i));
          file.check(value >= least(block) && value <= most(block), "bounds of blocks");
          previous = read[i];
        }
        file.check(count > 0 && read[0] == firstRow(block), "first rows of blocks");
      }
    }
  }

  /** The list of a dimension, negative where no row has it. */
  int list(int dimension) {
    return Arrays.binarySearch(dimensions, dimension ^ Integer.MIN_VALUE);
  }

  int firstRow(int block) {
    return blocks.get(INT, (long) BLOCK_BYTES * block);
  }

  /** The largest value of a block. */
  float most(int block) {
    return blocks.get(FLOAT, (long) BLOCK_BYTES * block + 8);
  }

  /** The smallest value of a block. */
  float least(int block) {
    return blocks.get(FLOAT, (long) BLOCK_BYTES * block + 12);
  }

  /** The first posting of a block of a list. */
  int posting(int list, int block) {
    return starts[list] + (block - firstBlocks[list]) * blockSize;
  }

  /**
   * Reads the rows of a block; returns how many there are.
   *
   * @param into [blockSize]
   */
  int rows(int list, int block, int[] into) {
    int count = Math.min(blockSize, starts[list + 1] - posting(list, block));
    int place = blocks.get(INT, (long) BLOCK_BYTES * block + 4);
    long at = place & 0xfffffffcL;
    int first = firstRow(block);
    switch (place & 3) {
      case 0 -> {
        for (int i = 0; i < count; i++) {
          into[i] = first + (rows.get(IndexFileFormat.BYTE, at + i) & 0xff);
        }
      }
      case 1 -> {
        for (int i = 0; i < count; i++) {
          into[i] = first + rows.get(IndexFileFormat.CHAR, at + 2L * i);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          into[i] = first + rows.get(INT, at + 4L * i);
        }
      }
    }
    return count;
  }
}
