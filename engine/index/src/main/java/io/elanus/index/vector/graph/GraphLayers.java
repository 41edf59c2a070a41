package io.elanus.index.vector.graph;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A layered graph over slots 0 to count - 1. Each upper layer holds the first slots of the one
 * below it; the entries, a sample of all slots, are compared with every query, so that no cluster
 * is out of reach of the descent.
 *
 * @param entries at most {@link #ENTRIES}
 * @param upper layers above the base, the smallest first; the entries are slots of every one
 * @param base all slots
 */
public record GraphLayers<L extends Links>(int[] entries, List<PackedLinks> upper, L base) {
  /** Slots every search looks at. */
  public static final int ENTRIES = 256;

  public GraphLayers {
    upper = List.copyOf(upper);
  }

  /** The entries of a graph whose slots are in random order: the first of them. */
  static int[] first(int slots) {
    return IntStream.range(0, Math.min(slots, ENTRIES)).toArray();
  }
}
