package io.elanus.index.vector.rows;

import io.elanus.index.BuildContext;
import java.util.Arrays;

/** Sorts many numbers of a build in pieces, and asks between them whether to stop. */
public final class PiecewiseSort {
  /** Numbers that are sorted or merged between two looks, in some milliseconds. */
  static final int PIECE = 1 << 16;

  private PiecewiseSort() {}

  /** Sorts ascending. */
  public static void sort(long[] numbers, BuildContext context) {
    for (int from = 0; from < numbers.length; from += PIECE) {
      context.stopIfCancelled();
      Arrays.sort(numbers, from, (int) Math.min(numbers.length, (long) from + PIECE));
    }
    if (numbers.length > PIECE) {
      merge(numbers, context);
    }
  }

  /** Merges neighbouring runs, of twice the length each time. */
  private static void merge(long[] numbers, BuildContext context) {
    long[] from = numbers;
    long[] to = new long[numbers.length];
    for (long run = PIECE; run < numbers.length; run *= 2) {
      for (long first = 0; first < numbers.length; first += 2 * run) {
        int middle = (int) Math.min(numbers.length, first + run);
        int end = (int) Math.min(numbers.length, first + 2 * run);
        merge(from, (int) first, middle, end, to, context);
      }
      long[] merged = to;
      to = from;
      from = merged;
    }
    if (from != numbers) {
      System.arraycopy(from, 0, numbers, 0, numbers.length);
    }
  }

  private static void merge(
      long[] from, int first, int middle, int end, long[] to, BuildContext context) {
    int left = first;
    int right = middle;
    for (int at = first; at < end; at++) {
      if ((at - first) % PIECE == 0) {
        context.stopIfCancelled();
      }
      boolean takesLeft = right == end || left < middle && from[left] <= from[right];
      to[at] = takesLeft ? from[left++] : from[right++];
    }
  }
}
