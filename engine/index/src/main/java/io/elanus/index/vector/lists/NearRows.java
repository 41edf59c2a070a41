package io.elanus.index.vector.lists;

import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.TopK;
import java.util.Arrays;

/**
 * The nearest of the rows offered, and all others that are hardly farther than the last of them: a
 * few thousand at a time, unless as many are equally near.
 */
final class NearRows {
  private final int wanted;
  private final TopK nearest = new TopK();
  private long[] kept = new long[4096];
  private int count;

  /**
   * @param wanted rows that are the nearest; at least as many are offered
   */
  NearRows(int wanted) {
    this.wanted = wanted;
    nearest.reset(wanted);
  }

  void offer(float distance, int row) {
    long ranked = Ranked.of(distance, row);
    nearest.offer(ranked);
    if (distance <= farthest()) {
      if (count == kept.length) {
        makeRoom();
      }
      kept[count++] = ranked;
    }
  }

  /** Up to which distance a row may yet count. */
  private float farthest() {
    if (nearest.size() < wanted) {
      return Float.POSITIVE_INFINITY;
    }
    return Ranked.asNear(Ranked.distance(nearest.bound()));
  }

  private void makeRoom() {
    float farthest = farthest();
    int stay = 0;
    for (int i = 0; i < count; i++) {
      if (Ranked.distance(kept[i]) <= farthest) {
        kept[stay++] = kept[i];
      }
    }
    count = stay;
    if (2 * count > kept.length) {
      kept = Arrays.copyOf(kept, 2 * kept.length);
    }
  }

  /** [wanted] ascending; nothing may be offered afterwards. */
  long[] nearest() {
    return nearest.sorted();
  }

  /**
   * Counts rows up to a distance by their lists.
   *
   * @param farthest at most as near as the last of the nearest
   * @param list [rows] of each row
   */
  int[] perList(float farthest, int[] list, int lists) {
    int[] near = new int[lists];
    for (int i = 0; i < count; i++) {
      near[list[Ranked.row(kept[i])]] += Ranked.distance(kept[i]) <= farthest ? 1 : 0;
    }
    return near;
  }
}
