package io.elanus.index.vector;

import java.util.List;

/**
 * A layered graph over slots 0 to count - 1. Each layer holds the first slots of the one below it;
 * the first slots of all, the entries, are compared with every query, so that no cluster is out of
 * reach of the descent.
 *
 * @param upper layers above the base, the smallest first
 * @param base all slots
 */
record GraphLayers(int entries, List<PackedLinks> upper, PackedLinks base) {
  /** Slots every search looks at. */
  static final int ENTRIES = 256;

  GraphLayers {
    upper = List.copyOf(upper);
  }
}
