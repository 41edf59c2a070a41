package io.elanus.index.vector.scan;

import io.elanus.index.Neighbors;
import io.elanus.vectors.Distance;
import java.util.Arrays;

/**
 * The k nearest of the pairs offered: a binary heap with the farthest of them at its root. Reused
 * from search to search.
 */
public final class TopK {
  private long[] heap = new long[64];
  private int capacity;
  private int size;

  /** Empties it and sets how many it keeps. */
  public void reset(int k) {
    capacity = k;
    size = 0;
  }

  public int size() {
    return size;
  }

  public boolean isFull() {
    return size == capacity;
  }

  /** The pair that a newcomer has to precede; {@link Ranked#LAST} while there is room. */
  public long bound() {
    return size < capacity ? Ranked.LAST : heap[0];
  }

  public void offer(long ranked) {
    if (size < capacity) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      siftUp(size++, ranked);
    } else if (ranked < heap[0]) {
      siftDown(ranked, size);
    }
  }

  /**
   * Sorts the pairs, nearest first, and hands out the array that holds them; offering goes on after
   * a reset only.
   */
  public long[] sorted() {
    Arrays.sort(heap, 0, size);
    return heap;
  }

  /** The answer; afterwards a reset is due. */
  public Neighbors neighbors(Distance distance) {
    if (size == 0) {
      return Neighbors.NONE;
    }
    long[] sorted = sorted();
    int[] rows = new int[size];
    float[] scores = new float[size];
    for (int i = 0; i < size; i++) {
      rows[i] = Ranked.row(sorted[i]);
      scores[i] = score(distance, Ranked.distance(sorted[i]));
    }
    return new Neighbors(rows, scores);
  }

  private void siftUp(int hole, long ranked) {
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      if (heap[parent] >= ranked) {
        break;
      }
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = ranked;
  }

  private void siftDown(long ranked, int count) {
    int hole = 0;
    for (int child = 1; child < count; child = 2 * hole + 1) {
      if (child + 1 < count && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= ranked) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = ranked;
  }

  /**
   * What is no number, because sums went beyond float32, is as bad as can be: scores are compared.
   */
  private static float score(Distance distance, float value) {
    return distance.score(Float.isNaN(value) ? Float.POSITIVE_INFINITY : value);
  }
}
