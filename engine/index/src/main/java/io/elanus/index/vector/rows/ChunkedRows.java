package io.elanus.index.vector.rows;

import io.elanus.index.DenseRows;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a column that still grows, where they lie. Padded ones are compared in place, a kernel
 * call for each chunk; others are copied into padded scratch memory first.
 *
 * @param chunks row r starts at byte (r mod rowsPerChunk) × rowBytes of chunk r ÷ rowsPerChunk
 */
public record ChunkedRows(Kernel kernel, List<MemorySegment> chunks, int rowsPerChunk, int rowBytes)
    implements FullRows {

  public static ChunkedRows of(DenseRows rows, Distance distance) {
    Kernel kernel = Kernels.forAnswers(Shapes.elements(rows.type()), distance, rows.dimension());
    return new ChunkedRows(kernel, rows.chunks(), rows.rowsPerChunk(), rows.rowBytes());
  }

  @Override
  public void distances(MemorySegment query, int[] slots, int count, float[] distances) {
    Arrays.sort(slots, 0, count);
    Scratch scratch = Scratch.local();
    if (rowBytes % ElementType.ALIGNMENT_BYTES == 0) {
      inPlace(query, slots, count, distances, scratch);
    } else {
      copied(query, slots, count, distances, scratch);
    }
  }

  private void inPlace(
      MemorySegment query, int[] slots, int count, float[] distances, Scratch scratch) {
    for (int from = 0, to = 0; from < count; from = to) {
      int chunk = slots[from] / rowsPerChunk;
      int first = chunk * rowsPerChunk;
      while (to < count && slots[to] - first < rowsPerChunk) {
        scratch.ordinals[to - from] = slots[to] - first;
        to++;
      }
      kernel.distances(
          query, chunks.get(chunk), 0, rowBytes, scratch.ordinals, to - from, scratch.distances);
      System.arraycopy(scratch.distances, 0, distances, from, to - from);
    }
  }

  private void copied(
      MemorySegment query, int[] slots, int count, float[] distances, Scratch scratch) {
    int padded = kernel.rowBytes();
    MemorySegment block = scratch.zeroedBlock((long) count * padded);
    for (int i = 0; i < count; i++) {
      long at = (long) (slots[i] % rowsPerChunk) * rowBytes;
      MemorySegment.copy(
          chunks.get(slots[i] / rowsPerChunk), at, block, (long) i * padded, rowBytes);
    }
    kernel.distances(query, block, 0, padded, Scratch.ASCENDING, count, distances);
  }
}
