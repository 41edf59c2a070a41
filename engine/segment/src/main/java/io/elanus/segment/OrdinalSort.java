package io.elanus.segment;

/** Sorts ints by an order of what they stand for: a stable merge sort that likes sorted runs. */
final class OrdinalSort {
  private static final int INSERTION_SORT_BELOW = 12;

  /** Compares what two ints stand for. */
  interface Order {
    int compare(int left, int right);
  }

  private OrdinalSort() {}

  /** Sorts in place. */
  static void sort(int[] values, Order order) {
    sort(values, new int[values.length], 0, values.length, order);
  }

  private static void sort(int[] values, int[] scratch, int from, int to, Order order) {
    if (to - from < INSERTION_SORT_BELOW) {
      insertionSort(values, from, to, order);
      return;
    }
    int middle = (from + to) >>> 1;
    sort(values, scratch, from, middle, order);
    sort(values, scratch, middle, to, order);
    if (order.compare(values[middle - 1], values[middle]) > 0) {
      merge(values, scratch, from, middle, to, order);
    }
  }

  private static void merge(
      int[] values, int[] scratch, int from, int middle, int to, Order order) {
    System.arraycopy(values, from, scratch, from, middle - from);
    int left = from;
    int right = middle;
    int at = from;
    while (left < middle && right < to) {
      values[at++] =
          order.compare(scratch[left], values[right]) <= 0 ? scratch[left++] : values[right++];
    }
    System.arraycopy(scratch, left, values, at, middle - left);
  }

  private static void insertionSort(int[] values, int from, int to, Order order) {
    for (int i = from + 1; i < to; i++) {
      int value = values[i];
      int at = i;
      while (at > from && order.compare(values[at - 1], value) > 0) {
        values[at] = values[at - 1];
        at--;
      }
      values[at] = value;
    }
  }
}
