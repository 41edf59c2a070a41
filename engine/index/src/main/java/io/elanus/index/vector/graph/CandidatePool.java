package io.elanus.index.vector.graph;

import io.elanus.index.vector.scan.Ranked;
import java.util.Arrays;

/**
 * The nearest slots a graph search has seen, sorted, each with a mark once its links were followed.
 * An entry is one long: the ordered distance as in {@link Ranked}, then the slot, then the mark in
 * the last bit.
 */
public final class CandidatePool {
  private long[] entries = new long[0];
  private int capacity;
  private int size;
  private int next;

  /** Empties it and sets how many it keeps. */
  void reset(int capacity) {
    if (entries.length < capacity) {
      entries = new long[capacity];
    }
    this.capacity = capacity;
    size = 0;
    next = 0;
  }

  /** Keeps the nearest of what it holds, without marks, as the start of another layer. */
  void restart(int kept, int newCapacity) {
    if (entries.length < newCapacity) {
      entries = Arrays.copyOf(entries, newCapacity);
    }
    capacity = newCapacity;
    size = Math.min(size, Math.min(kept, newCapacity));
    next = 0;
    for (int i = 0; i < size; i++) {
      entries[i] &= -2L;
    }
  }

  public int size() {
    return size;
  }

  public int slot(int i) {
    return (int) entries[i] >>> 1;
  }

  boolean isFull() {
    return size == capacity;
  }

  /** The largest distance, of a pool that is not empty. */
  float farthest() {
    return Ranked.distance(entries[size - 1]);
  }

  float distance(int i) {
    return Ranked.distance(entries[i]);
  }

  /** The first that may be without a mark. */
  public int next() {
    return next;
  }

  public boolean isMarked(int i) {
    return (entries[i] & 1) != 0;
  }

  /** Adds the slots that are near enough. */
  void addAll(int[] slots, float[] distances, int count) {
    for (int i = 0; i < count; i++) {
      add(slots[i], distances[i]);
    }
  }

  /** Adds the slots that are near enough; of equal distances, which equal rows have, the first. */
  void addDifferent(int[] slots, float[] distances, int count) {
    for (int i = 0; i < count; i++) {
      if ((!isFull() || distances[i] < farthest()) && !holds(distances[i])) {
        add(slots[i], distances[i]);
      }
    }
  }

  private boolean holds(float distance) {
    for (int i = 0; i < size; i++) {
      if (distance(i) == distance) {
        return true;
      }
    }
    return false;
  }

  void add(int slot, float distance) {
    long entry = Ranked.upper(distance) | (long) slot << 1;
    int at;
    if (size < capacity) {
      at = size++;
    } else if (entry < entries[size - 1]) {
      at = size - 1;
    } else {
      return;
    }
    while (at > 0 && entries[at - 1] > entry) {
      entries[at] = entries[at - 1];
      at--;
    }
    entries[at] = entry;
    next = Math.min(next, at);
  }

  /** How many are nearer than a distance. */
  int nearer(float distance) {
    int count = 0;
    while (count < size && distance(count) < distance) {
      count++;
    }
    return count;
  }

  /** Marks the nearest slot that is not marked yet and returns it; -1 when all are. */
  int advance() {
    return advance(size);
  }

  /** As {@link #advance()}, among the nearest {@code first}. */
  int advance(int first) {
    int end = Math.min(first, size);
    while (next < end && (entries[next] & 1) != 0) {
      next++;
    }
    if (next >= end) {
      return -1;
    }
    entries[next] |= 1;
    return slot(next++);
  }
}
