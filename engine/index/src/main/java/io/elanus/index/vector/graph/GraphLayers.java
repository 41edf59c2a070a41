package io.elanus.index.vector.graph;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A layered graph over slots 0 to count - 1. Each upper layer holds the first slots of the one
 * below it; the entries, a sample of all slots, are compared with every query, so that no cluster
 * is out of reach of the descent.
 *
 * @param entries at most {@link #MOST_ENTRIES}
 * @param upper layers above the base, the smallest first; the entries are slots of every one
 * @param base all slots
 */
public record GraphLayers<L extends Links>(int[] entries, List<PackedLinks> upper, L base) {
  /** Slots every search looks at, unless more are known to pay. */
  public static final int ENTRIES = 256;

  /** Slots a search looks at, at most. */
  public static final int MOST_ENTRIES = 4096;

  public GraphLayers {
    upper = List.copyOf(upper);
  }

  /** The entries of a graph whose slots are in random order: the first of them. */
  static int[] first(int slots) {
    return first(slots, ENTRIES);
  }

  /** The first of the slots, as many as given, if there are. */
  static int[] first(int slots, int entries) {
    return IntStream.range(0, Math.min(slots, entries)).toArray();
  }

  /** The same graph entered at the first so many slots, without the layers that hold fewer. */
  GraphLayers<L> enteredAt(int slots) {
    return new GraphLayers<>(
        first(slots, slots), upper.stream().filter(layer -> layer.slots() >= slots).toList(), base);
  }

  /** How many slots, from the first on, the entries and the layers above the base hold. */
  public int slotsAbove() {
    return upper.isEmpty() ? entries.length : upper.getLast().slots();
  }
}
