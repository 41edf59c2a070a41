package io.elanus.index.vector.scan;

import io.elanus.index.DenseRows;
import io.elanus.schema.Bits;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Scans rows in place and keeps the nearest of each query: a block of rows serves all queries while
 * the cache has it. Rows that are padded for kernels are read where they lie; others are copied, a
 * block at a time, into padded scratch memory that stays in the cache.
 *
 * @param chunks row r starts at byte (r mod rowsPerChunk) × stride of chunk r ÷ rowsPerChunk
 * @param rowBytes bytes of a row that belong to the vector
 */
public record RowScan(
    Kernel kernel,
    Distance distance,
    List<MemorySegment> chunks,
    int rowsPerChunk,
    int count,
    int rowBytes,
    long stride) {

  public static RowScan of(DenseRows rows, Distance distance, Kernel kernel) {
    return new RowScan(
        kernel,
        distance,
        rows.chunks(),
        rows.rowsPerChunk(),
        rows.count(),
        rows.rowBytes(),
        rows.rowBytes());
  }

  /** Offers every row that is in both sets to every query, block by block. */
  public void scan(List<ScanQuery> queries, Bits eligible, Bits present, Scratch scratch) {
    boolean inPlace = stride % ElementType.ALIGNMENT_BYTES == 0;
    MemorySegment block =
        inPlace
            ? MemorySegment.NULL
            : scratch.zeroedBlock((long) Scratch.BLOCK * kernel.rowBytes());
    for (int chunk = 0, first = 0; first < count; chunk++, first += rowsPerChunk) {
      int end = (int) Math.min(count, (long) first + rowsPerChunk);
      for (int row = first; row < end; ) {
        row = collect(eligible.words(), present.words(), row, end, first, scratch);
        if (inPlace) {
          offer(queries, first, chunks.get(chunk), stride, scratch.ordinals, scratch);
        } else {
          copy(chunks.get(chunk), block, scratch);
          offer(queries, first, block, kernel.rowBytes(), Scratch.ASCENDING, scratch);
        }
      }
    }
  }

  /**
   * Fills the scratch with up to a block of rows from {@code from} on, relative to {@code first};
   * returns where to go on.
   */
  public static int collect(
      long[] eligible, long[] present, int from, int end, int first, Scratch scratch) {
    int collected = 0;
    int row = from;
    while (row < end && collected <= Scratch.BLOCK - 64) {
      int word = row >>> 6;
      long bits = eligible[word] & present[word] & (-1L << row);
      int next = (word + 1) << 6;
      if (next > end) {
        bits &= -1L >>> (next - end);
      }
      if (bits == -1L) {
        for (int i = 0; i < 64; i++) {
          scratch.ordinals[collected + i] = (word << 6) - first + i;
        }
        collected += 64;
        bits = 0;
      }
      while (bits != 0) {
        scratch.ordinals[collected++] = (word << 6) + Long.numberOfTrailingZeros(bits) - first;
        bits &= bits - 1;
      }
      row = Math.min(next, end);
    }
    scratch.collected = collected;
    return row;
  }

  private void copy(MemorySegment memory, MemorySegment block, Scratch scratch) {
    int padded = kernel.rowBytes();
    for (int i = 0; i < scratch.collected; i++) {
      MemorySegment.copy(memory, scratch.ordinals[i] * stride, block, (long) i * padded, rowBytes);
    }
  }

  /** Offers the collected rows, which lie at {@code places} of the memory. */
  private void offer(
      List<ScanQuery> queries,
      int first,
      MemorySegment memory,
      long step,
      int[] places,
      Scratch scratch) {
    for (ScanQuery query : queries) {
      kernel.distances(
          query.prepared(), memory, 0, step, places, scratch.collected, scratch.distances);
      query.offer(first, scratch.ordinals, scratch.distances, scratch.collected);
    }
  }

  /** Offers rows of a table in one chunk that is read in place. */
  public void offer(ScanQuery query, int[] rows, int number, float[] distances) {
    kernel.distances(query.prepared(), chunks.getFirst(), 0, stride, rows, number, distances);
    query.offer(0, rows, distances, number);
  }
}
