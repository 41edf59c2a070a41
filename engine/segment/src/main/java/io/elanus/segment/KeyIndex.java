package io.elanus.segment;

import io.elanus.schema.Bits;
import io.elanus.schema.Keys;
import java.util.Optional;

/** Primary keys of the rows of a {@link ReadView}. */
interface KeyIndex {
  /** Ordinal of the newest row of a key, visible or not; -1 when there is none. */
  int newest(KeyProbe key);

  /** Ordinal of the row of the same key written before this one; -1 when there is none. */
  int older(int ordinal);

  /** Whether a row may have a key between the bounds (inclusive). */
  boolean mayContain(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest);

  /**
   * The first rows in ascending key order, rows of equal keys in order of time.
   *
   * @param after only rows with a greater key
   * @param limit most rows wanted
   */
  int[] inOrder(Bits rows, Optional<KeyProbe> after, int limit);

  /**
   * The rows [from, to) that hold all keys between the bounds (inclusive), when rows lie in key
   * order; otherwise empty.
   */
  Optional<int[]> range(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest);

  /** Whether some key occurs more than once. */
  boolean hasDuplicates();

  /** Of rows with equal keys keeps the newest; to be called when there are duplicates. */
  void keepNewest(Bits rows);

  Comparable<?> key(int ordinal);

  Keys take(int[] ordinals);
}
