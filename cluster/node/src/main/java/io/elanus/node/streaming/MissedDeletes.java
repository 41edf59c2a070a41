package io.elanus.node.streaming;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Query nodes of a shard's view that could not be told of deletes, and since when. They get no more
 * of them one by one, but all they missed when they answer again; until then the shard is not read.
 * Used by the channel's loop only, but for {@link #any}.
 */
final class MissedDeletes {
  private static final long FIRST_PAUSE_NANOS = 100_000_000;
  private static final int LONGEST_DOUBLING = 5;

  private final Map<Long, Long> since = new TreeMap<>();
  private volatile boolean any;
  private long notBeforeNanos;
  private int failures;

  /** Whether a node of the view may lack deletes. */
  boolean any() {
    return any;
  }

  /** The timestamp of the first delete that the node missed, if it did. */
  OptionalLong by(long node) {
    Long first = since.get(node);
    return first == null ? OptionalLong.empty() : OptionalLong.of(first);
  }

  void miss(long node, long timestamp) {
    since.putIfAbsent(node, timestamp);
    any = true;
    failures = 0;
    hold();
  }

  /** The node has everything again. */
  void caughtUp(long node) {
    since.remove(node);
    any = !since.isEmpty();
  }

  /** Other nodes are in the view no more. */
  void retain(Collection<Long> nodes) {
    since.keySet().retainAll(nodes);
    any = !since.isEmpty();
  }

  /** Deletes from here on are needed; the largest number when none are. */
  long from() {
    return since.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }

  /** Whether it is time to try again: a node that does not answer holds up the channel. */
  boolean isDue() {
    return any && System.nanoTime() - notBeforeNanos >= 0;
  }

  void failedAgain() {
    failures++;
    hold();
  }

  private void hold() {
    notBeforeNanos =
        System.nanoTime() + (FIRST_PAUSE_NANOS << Math.min(failures, LONGEST_DOUBLING));
  }
}
