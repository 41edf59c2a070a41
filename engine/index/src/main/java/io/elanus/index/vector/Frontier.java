package io.elanus.index.vector;

import java.util.Arrays;

/**
 * Slots a filtered walk may still follow, the nearest first: a binary heap of {@link Ranked} pairs.
 */
final class Frontier {
  private long[] heap = new long[256];
  private int size;

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void push(long ranked) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    int hole = size++;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      if (heap[parent] <= ranked) {
        break;
      }
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = ranked;
  }

  long pop() {
    long nearest = heap[0];
    long last = heap[--size];
    int hole = 0;
    for (int child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = last;
    return nearest;
  }
}
