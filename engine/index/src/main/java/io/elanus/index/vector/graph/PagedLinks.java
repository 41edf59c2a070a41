package io.elanus.index.vector.graph;

import io.elanus.index.vector.rows.Space;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;

/** Links that stay on disk, read a slot at a time and perhaps with codes of the neighbours. */
public interface PagedLinks extends Links {
  int slots();

  /**
   * What entries and upper layers are walked on: theirs are the first slots.
   *
   * @param walked what the base is walked on
   */
  Space above(Space walked);

  /** Neighbours, in the order of links, that are compared without a look at their own nodes. */
  int inline();

  /**
   * Computes distances of neighbours whose codes are in the node.
   *
   * @param positions [count] among the links of the slot, below {@link #inline}
   */
  void distances(
      Kernel kernel, MemorySegment query, int slot, int[] positions, int count, float[] distances);

  /** Asks for the nodes that a walk follows next, if reads are slow. */
  void askFor(CandidatePool pool, int beam);
}
