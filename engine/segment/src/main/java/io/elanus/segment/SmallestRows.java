package io.elanus.segment;

import java.util.Arrays;

/** Keeps the first rows of an order, in a heap whose top is the last of them. */
final class SmallestRows {
  private final OrdinalSort.Order order;
  private final int limit;
  private int[] heap = new int[16];
  private int size;

  /**
   * @param limit rows to keep, at least 1
   */
  SmallestRows(int limit, OrdinalSort.Order order) {
    this.limit = limit;
    this.order = order;
  }

  /** Offers a row; of rows that compare as equal the first ones offered are kept. */
  void offer(int row) {
    if (size < limit) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(limit, 2L * size));
      }
      heap[size] = row;
      up(size++);
    } else if (order.compare(row, heap[0]) < 0) {
      heap[0] = row;
      down();
    }
  }

  /** The rows kept, in order; rows that compare as equal by ordinal. */
  int[] sorted() {
    int[] rows = Arrays.copyOf(heap, size);
    Arrays.sort(rows);
    OrdinalSort.sort(rows, order);
    return rows;
  }

  private void up(int from) {
    int row = heap[from];
    int at = from;
    while (at > 0 && order.compare(row, heap[(at - 1) >>> 1]) > 0) {
      heap[at] = heap[(at - 1) >>> 1];
      at = (at - 1) >>> 1;
    }
    heap[at] = row;
  }

  private void down() {
    int row = heap[0];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && order.compare(heap[child + 1], heap[child]) > 0) {
        child++;
      }
      if (order.compare(heap[child], row) <= 0) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = row;
  }
}
