package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.scan.Ranked;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Links while a graph grows: each with its distance, and with room for more than the final degree,
 * so that most new links need no pruning. One thread writes a slot at a time; all may read between
 * two phases of the build.
 */
final class BuildLinks implements Links {
  private final int capacity;
  private final int[] counts;
  private final MemorySegment slots;
  private final MemorySegment distances;

  BuildLinks(int slotCount, int capacity, BuildContext context, Arena arena) {
    this.capacity = capacity;
    this.counts = new int[slotCount];
    this.slots = context.allocate(arena, 4L * slotCount * capacity);
    this.distances = context.allocate(arena, 4L * slotCount * capacity);
  }

  @Override
  public int degree() {
    return capacity;
  }

  int count(int slot) {
    return counts[slot];
  }

  @Override
  public int neighbours(int slot, int[] neighbours) {
    int count = counts[slot];
    MemorySegment.copy(slots, IndexFileFormat.INT, offset(slot), neighbours, 0, count);
    return count;
  }

  /** Reads links as ranked pairs, from {@code at} on; returns how many. */
  int ranked(int slot, long[] pairs) {
    for (int i = 0; i < counts[slot]; i++) {
      long at = offset(slot) + 4L * i;
      pairs[i] =
          Ranked.of(distances.get(IndexFileFormat.FLOAT, at), slots.get(IndexFileFormat.INT, at));
    }
    return counts[slot];
  }

  /** Replaces the links of a slot. */
  void set(int slot, long[] pairs, int count) {
    for (int i = 0; i < count; i++) {
      long at = offset(slot) + 4L * i;
      slots.set(IndexFileFormat.INT, at, Ranked.row(pairs[i]));
      distances.set(IndexFileFormat.FLOAT, at, Ranked.distance(pairs[i]));
    }
    counts[slot] = count;
  }

  private long offset(int slot) {
    return 4L * slot * capacity;
  }
}
