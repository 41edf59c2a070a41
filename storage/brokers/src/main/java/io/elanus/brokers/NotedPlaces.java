package io.elanus.brokers;

import io.elanus.brokers.TopicCursor.Entry;
import io.elanus.brokers.TopicCursor.Start;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Where in a topic positions of its log are: the first record that is retained and one about every
 * 64 KiB, each with what was known before it, so that a reader can begin there. Written by the
 * tail, read and shortened by anyone.
 */
final class NotedPlaces {
  private static final int APART_BYTES = 64 << 10;

  /** After so many, a log that somebody else cuts is looked at from below. */
  private static final int MANY = 4_096;

  /** By position. */
  private final ConcurrentSkipListMap<Long, Start> places = new ConcurrentSkipListMap<>();

  private int most = MANY;

  /** Notes a record of the log, unless one shortly before it is noted. */
  void consider(Entry entry) {
    long position = entry.stamp().position();
    if (places.isEmpty() || position - places.lastKey() >= APART_BYTES) {
      places.put(position, new Start(entry.place(), entry.before()));
    }
  }

  /** The smallest position; empty when nothing is retained. */
  Optional<Long> first() {
    return Optional.ofNullable(places.firstEntry()).map(Map.Entry::getKey);
  }

  /** The record noted last at or below a position. */
  Optional<Map.Entry<Long, Start>> below(long position) {
    return Optional.ofNullable(places.floorEntry(position));
  }

  /** The log was cut at a noted position. */
  void cutBelow(long position) {
    places.headMap(position).clear();
  }

  boolean areMany() {
    return places.size() >= most;
  }

  /** The topic begins at a place, whoever cut it. */
  void cutBelow(Place begin) {
    places.values().removeIf(start -> start.place().compareTo(begin) < 0);
    most = Math.max(MANY, 2 * places.size());
  }
}
