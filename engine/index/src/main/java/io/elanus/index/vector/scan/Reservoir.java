package io.elanus.index.vector.scan;

import java.util.Arrays;

/**
 * Collects the k nearest of the pairs offered, and some more until it is full; then it lets go of
 * those. A pair costs less than in a heap, and the bound is as sharp as it was when that happened
 * last. Pairs are distinct. Reused from search to search.
 */
public final class Reservoir {
  private static final int ROOM = 64;

  private long[] pairs = new long[256];
  private int wanted;
  private int limit;
  private int size;
  private long bound;

  /** Empties it and sets how many it keeps. */
  public void reset(int k) {
    wanted = k;
    limit = (int) Math.min(2L * k + ROOM, Integer.MAX_VALUE - 8);
    size = 0;
    bound = Ranked.LAST;
  }

  /** How many it keeps of what was offered. */
  public int size() {
    return Math.min(size, wanted);
  }

  /** Pairs that it holds at present, those it will let go of included. */
  public int held() {
    return size;
  }

  public boolean isFull() {
    return size >= wanted;
  }

  /** The pair that a newcomer has to precede; {@link Ranked#LAST} while there is room. */
  public long bound() {
    return bound;
  }

  public void offer(long ranked) {
    if (ranked >= bound) {
      return;
    }
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, Math.min(limit, 2 * size));
    }
    pairs[size++] = ranked;
    if (size == limit) {
      bound = part(wanted);
      size = wanted;
    }
  }

  /** Lets go of what is too much; offering goes on after a reset only. */
  public long[] pairs() {
    if (size > wanted) {
      part(wanted);
      size = wanted;
    }
    return pairs;
  }

  /**
   * Moves the nearest pairs to the front.
   *
   * @param count how many of them, at least 1 and at most as many as there are
   * @return the farthest of them
   */
  public long part(int count) {
    int low = 0;
    int high = size;
    while (high - low > 2) {
      long pivot = median(pairs[low], pairs[(low + high) >>> 1], pairs[high - 1]);
      int middle = partition(low, high, pivot);
      if (middle < count) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (high - low == 2 && pairs[low] > pairs[low + 1]) {
      swap(low, low + 1);
    }
    return pairs[count - 1];
  }

  /** Moves pairs before the pivot to the front; without branches, which could not be foretold. */
  private int partition(int low, int high, long pivot) {
    int middle = low;
    for (int i = low; i < high; i++) {
      long pair = pairs[i];
      pairs[i] = pairs[middle];
      pairs[middle] = pair;
      middle += pair < pivot ? 1 : 0;
    }
    return middle;
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private void swap(int i, int j) {
    long pair = pairs[i];
    pairs[i] = pairs[j];
    pairs[j] = pair;
  }
}
