package io.elanus.index.vector.rows;

import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;

/** The vectors behind the slots of a graph, wherever they lie. */
public sealed interface FullRows permits Space, ChunkedRows {
  Kernel kernel();

  /**
   * Computes distances.
   *
   * @param query prepared by the kernel
   * @param slots [count], at most {@link Scratch#BLOCK}; may be brought into another order
   * @param distances [count] written here, in the order of the slots afterwards
   */
  void distances(MemorySegment query, int[] slots, int count, float[] distances);
}
