package io.elanus.index.vector.sparse;

import static io.elanus.index.vector.file.IndexFileFormat.BYTE;
import static io.elanus.index.vector.file.IndexFileFormat.CHAR;
import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.BuildContext;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Packs the rows of postings, as {@link SparsePostings} describes. */
record SparseBlocks(MemorySegment blocks, MemorySegment rows) {
  /** Places are multiples of 4 in uint32. */
  private static final long MOST_BYTES = 1L << 32;

  /** Of at most 4096 postings each. */
  private static final int BLOCKS_PER_LOOK = 512;

  /**
   * Packs lists of postings.
   *
   * @param starts first posting of each list and the end
   * @param postingRows [postings] int32, ascending within a list
   * @param values [postings] float32
   */
  static SparseBlocks of(
      int blockSize,
      int[] starts,
      MemorySegment postingRows,
      MemorySegment values,
      BuildContext context,
      Arena arena) {
    int lists = starts.length - 1;
    int count = SparsePostings.firstBlocks(starts, blockSize)[lists];
    MemorySegment blocks = context.allocate(arena, 16L * count);
    long bytes = 0;
    int block = 0;
    for (int list = 0; list < lists; list++) {
      for (int from = starts[list]; from < starts[list + 1]; from += blockSize) {
        int to = Math.min(starts[list + 1], from + blockSize);
        context.look(block, BLOCKS_PER_LOOK);
        int first = postingRows.get(INT, 4L * from);
        int width = width(postingRows.get(INT, 4L * (to - 1)) - first);
        describe(blocks.asSlice(16L * block++, 16), first, bytes | width, values, from, to);
        bytes += ((long) (to - from) << width) + 3 & -4;
        if (bytes >= MOST_BYTES) {
          throw new ElanusException(ErrorCode.INVALID_PARAMETER, "too many sparse values to index");
        }
      }
    }
    MemorySegment rows = context.allocate(arena, bytes);
    pack(blockSize, starts, postingRows, blocks, rows, context);
    return new SparseBlocks(blocks, rows);
  }

  /** Binary logarithm of the bytes that hold numbers up to this one. */
  private static int width(int most) {
    return most < 1 << 8 ? 0 : most < 1 << 16 ? 1 : 2;
  }

  private static void describe(
      MemorySegment block, int first, long place, MemorySegment values, int from, int to) {
    float most = Float.NEGATIVE_INFINITY;
    float least = Float.POSITIVE_INFINITY;
    for (int i = from; i < to; i++) {
      float value = values.get(FLOAT, 4L * i);
      most = Math.max(most, value);
      least = Math.min(least, value);
    }
    block.set(INT, 0, first);
    block.set(INT, 4, (int) place);
    block.set(FLOAT, 8, most);
    block.set(FLOAT, 12, least);
  }

  private static void pack(
      int blockSize,
      int[] starts,
      MemorySegment postingRows,
      MemorySegment blocks,
      MemorySegment rows,
      BuildContext context) {
    int block = 0;
    for (int list = 0; list + 1 < starts.length; list++) {
      for (int from = starts[list]; from < starts[list + 1]; from += blockSize) {
        int to = Math.min(starts[list + 1], from + blockSize);
        context.look(block, BLOCKS_PER_LOOK);
        int first = blocks.get(INT, 16L * block);
        int place = blocks.get(INT, 16L * block++ + 4);
        long at = place & 0xfffffffcL;
        for (int i = from; i < to; i++) {
          int distance = postingRows.get(INT, 4L * i) - first;
          switch (place & 3) {
            case 0 -> rows.set(BYTE, at + i - from, (byte) distance);
            case 1 -> rows.set(CHAR, at + 2L * (i - from), (char) distance);
            default -> rows.set(INT, at + 4L * (i - from), distance);
          }
        }
      }
    }
  }
}
