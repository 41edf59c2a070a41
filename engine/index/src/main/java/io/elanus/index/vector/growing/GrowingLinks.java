package io.elanus.index.vector.growing;

import io.elanus.index.vector.graph.Links;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Links of a graph that grows while it is searched: for each slot {@code stride} int32, the number
 * of links and then the linked slots. One thread writes, any number read without a lock.
 *
 * <p>The number is published after the slots it counts, so a reader that meets a list half
 * rewritten finds links of before and of after, all of them slots that exist. It leaves out slots
 * from its limit on: they joined the graph after what it searches was published.
 *
 * @param stride a multiple of 16
 * @param limit slots that are read
 */
record GrowingLinks(MemorySegment memory, int stride, int limit) implements Links {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle COUNT = INT.varHandle();

  /** int32 numbers of a slot whose lists are pruned to a degree: half as many links fit again. */
  static int stride(int degree) {
    return (degree + degree / 2 + 1 + 15) & -16;
  }

  static long bytes(int slots, int stride) {
    return 4L * slots * stride;
  }

  /** The same links, read up to another limit. */
  GrowingLinks upTo(int newLimit) {
    return new GrowingLinks(memory, stride, newLimit);
  }

  @Override
  public int degree() {
    return stride - 1;
  }

  @Override
  public int neighbours(int slot, int[] neighbours) {
    long at = 4L * slot * stride;
    int count = (int) COUNT.getAcquire(memory, at);
    MemorySegment.copy(memory, INT, at + 4, neighbours, 0, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int neighbour = neighbours[i];
      neighbours[kept] = neighbour;
      kept += neighbour < limit ? 1 : 0;
    }
    return kept;
  }

  /** Writer only: whether a slot has links. */
  boolean has(int slot) {
    return memory.get(INT, 4L * slot * stride) > 0;
  }

  /** Writer only: replaces the links of a slot. */
  void set(int slot, int[] neighbours, int count) {
    long at = 4L * slot * stride;
    MemorySegment.copy(neighbours, 0, memory, INT, at + 4, count);
    COUNT.setRelease(memory, at, count);
  }

  /** Writer only: adds a link, unless the list is full. */
  boolean add(int slot, int neighbour) {
    long at = 4L * slot * stride;
    int count = memory.get(INT, at);
    if (count == degree()) {
      return false;
    }
    memory.set(INT, at + 4 + 4L * count, neighbour);
    COUNT.setRelease(memory, at, count + 1);
    return true;
  }
}
