package io.elanus.node.streaming;

import io.elanus.schema.Keys;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Which keys of a shard were written lately, to tell whether a partial update read a row that
 * changed since. Writes are kept whole, so that an insert costs nothing by row; a check looks at
 * those after its read timestamp only. Used by the channel's loop only.
 */
final class RecentWrites {
  private record Batch(long timestamp, Keys keys) {}

  private final int maximumKeys;
  private final long keepMillis;
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private long keyCount;
  private long forgottenUpTo;

  /**
   * @param knownFrom writes up to this timestamp are not remembered
   */
  RecentWrites(int maximumKeys, Duration keep, long knownFrom) {
    this.maximumKeys = maximumKeys;
    this.keepMillis = keep.toMillis();
    this.forgottenUpTo = knownFrom;
  }

  void add(long timestamp, Keys keys) {
    batches.addLast(new Batch(timestamp, keys));
    keyCount += keys.size();
    long oldestMillis = Timestamps.physicalMillis(timestamp) - keepMillis;
    while (keyCount > maximumKeys
        || Timestamps.physicalMillis(batches.getFirst().timestamp()) < oldestMillis) {
      Batch oldest = batches.removeFirst();
      keyCount -= oldest.keys().size();
      forgottenUpTo = oldest.timestamp();
      if (batches.isEmpty()) {
        return;
      }
    }
  }

  /** Everything changed at this timestamp. */
  void all(long timestamp) {
    batches.clear();
    keyCount = 0;
    forgottenUpTo = timestamp;
  }

  /** Whether one of the keys may have been written after the timestamp. */
  boolean changedSince(long readTimestamp, Keys keys) {
    if (readTimestamp < forgottenUpTo) {
      return true;
    }
    Set<Object> wanted = new HashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      wanted.add(keys.get(i));
    }
    Iterator<Batch> newest = batches.descendingIterator();
    while (newest.hasNext()) {
      Batch batch = newest.next();
      if (batch.timestamp() <= readTimestamp) {
        return false;
      }
      for (int i = 0; i < batch.keys().size(); i++) {
        if (wanted.contains(batch.keys().get(i))) {
          return true;
        }
      }
    }
    return false;
  }
}
