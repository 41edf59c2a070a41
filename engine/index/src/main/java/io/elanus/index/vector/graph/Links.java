package io.elanus.index.vector.graph;

/** The outgoing links of one layer of a graph. */
public interface Links {
  /**
   * Reads the links of a slot.
   *
   * @param neighbours room for every link a slot can have; written here
   * @return how many there are
   */
  int neighbours(int slot, int[] neighbours);

  /** Links a slot can have. */
  int degree();
}
