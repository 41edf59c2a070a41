package io.elanus.coordinator.query;

import java.util.Comparator;

/** One replica of one collection. */
record ReplicaKey(long collection, long replica) implements Comparable<ReplicaKey> {
  private static final Comparator<ReplicaKey> ORDER =
      Comparator.comparingLong(ReplicaKey::collection).thenComparingLong(ReplicaKey::replica);

  @Override
  public int compareTo(ReplicaKey other) {
    return ORDER.compare(this, other);
  }
}
