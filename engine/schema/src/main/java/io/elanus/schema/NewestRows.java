package io.elanus.schema;

import java.util.HashMap;
import java.util.Map;

/**
 * Which row of a key counts where the hits of several segments, nodes or shards meet: the newest,
 * and once. Two rows of one key are visible at one timestamp only when plain inserts repeated the
 * key; an upsert or delete hides the older one before it gets here. Each segment offers the newest
 * of its matching rows; a newer row of another segment that is not among that one's best hits is
 * not looked for. {@code count(*)} counts every row.
 *
 * <p>For one query: first every hit is added, then hits are asked for, best first.
 */
public final class NewestRows {
  private final Map<Comparable<?>, Long> timestamps = new HashMap<>();

  public void add(Comparable<?> key, long timestamp) {
    timestamps.merge(key, timestamp, Math::max);
  }

  /** Whether this is the row of its key that counts, and has not been taken yet. */
  public boolean take(Comparable<?> key, long timestamp) {
    return timestamps.remove(key, timestamp);
  }
}
