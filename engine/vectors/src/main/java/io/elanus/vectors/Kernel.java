package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Distances of one query to many rows, for one element type, distance and dimension. Immutable and
 * shared by threads.
 *
 * <p>The caller answers for the rows: every ordinal lies inside {@code rows}, the memory stays
 * alive during the call, and padding is zero.
 */
public interface Kernel {
  /** Elements of a row (bits of a binary one). */
  int dimension();

  /** Bytes a kernel reads of each row: the padded row. */
  int rowBytes();

  /** Bytes of a prepared query. */
  int queryBytes();

  /**
   * Brings a query into the form this kernel reads.
   *
   * @param row the query as a row of the kernel's element type; heap or native, padded or not
   * @param query [queryBytes] written here; native, aligned to 64 bytes
   */
  void prepare(MemorySegment row, MemorySegment query);

  /**
   * Computes distances; smaller is nearer.
   *
   * @param query prepared by this kernel
   * @param rows native memory that holds the rows
   * @param base offset of row 0 in {@code rows}
   * @param stride bytes from one row to the next, at least rowBytes
   * @param ordinals [count] rows to visit
   * @param distances [count] written here
   */
  void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances);
}
