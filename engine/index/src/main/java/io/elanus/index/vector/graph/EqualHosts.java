package io.elanus.index.vector.graph;

import static io.elanus.index.vector.graph.GraphWalk.NONE;

import io.elanus.index.vector.rows.Space;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Slots that a {@link GraphRepair} has linked, by the bytes of their rows. Walks from equal rows
 * meet the same full slots again and again; so, once more than a few of a kind were linked, the
 * next one hangs on the first of these that has room. They become a tree with as many branches at a
 * slot as it has room for.
 */
final class EqualHosts {
  /** Slots of a kind whose hosts are found by walks; rows of most columns are of no such kind. */
  static final int WALKED = 64;

  private final Space rows;
  private final Map<Row, Kind> kinds = new HashMap<>();

  /**
   * Prepares for no slot yet.
   *
   * @param rows whose bytes tell which are equal
   */
  EqualHosts(Space rows) {
    this.rows = rows;
  }

  /** The kind of a slot. */
  Kind kind(int slot) {
    int hash = Arrays.hashCode(rows.row(slot).toArray(ValueLayout.JAVA_BYTE));
    return kinds.computeIfAbsent(new Row(rows, slot, hash), row -> new Kind());
  }

  /** A row by the first slot that has its bytes, and their hash: one is kept of every kind. */
  private record Row(Space rows, int slot, int hash) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Row row
          && hash == row.hash
          && rows.row(slot).mismatch(row.rows.row(row.slot)) < 0;
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** Equal slots in the order in which they were linked; most kinds have one and no array. */
  static final class Kind {
    private static final int[] NO_OTHERS = {};

    private int alone = NONE;
    private int[] linked = NO_OTHERS;
    private int count;

    /** Those before this one have no room. */
    private int first;

    /** Adds a slot that has been linked. */
    void add(int slot) {
      if (count == 0) {
        alone = slot;
      } else {
        if (count >= linked.length) {
          linked = Arrays.copyOf(linked, Math.max(4, 2 * count));
          linked[0] = alone;
        }
        linked[count] = slot;
      }
      count++;
    }

    /**
     * The first slot with room, or else the last if that can spare a link; NONE where there are few
     * or neither is.
     */
    int host(IntPredicate hasRoom, IntPredicate takes) {
      if (count < WALKED) {
        return NONE;
      }
      while (first < count && !hasRoom.test(linked[first])) {
        first++;
      }
      if (first < count) {
        return linked[first];
      }
      int last = linked[count - 1];
      return takes.test(last) ? last : NONE;
    }
  }
}
