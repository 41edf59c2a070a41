package io.elanus.segment;

import io.elanus.schema.Bits;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Which rows of a growing segment have a key: a hash table of the newest row of each key, with
 * linear probing, and for each row the row of the same key before it. Keys themselves stay in the
 * columns. One writer and any number of readers.
 */
final class GrowingKeys {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private int[] newest = new int[64];
  private int[] older = new int[64];
  private int keys;

  /** Rows that have an older row of the same key, ascending. */
  private int[] repeats = new int[16];

  private int repeatCount;
  private volatile boolean duplicates;

  GrowingKeys() {
    Arrays.fill(newest, -1);
  }

  boolean hasDuplicates() {
    return duplicates;
  }

  /** Adds rows [from, to); {@code column} holds at least these. */
  void add(ChunkedColumn column, int from, int to) {
    lock.writeLock().lock();
    try {
      for (int row = from; row < to; row++) {
        add(column, row);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Newest row of a key below {@code rowLimit}, or -1. */
  int newest(KeyProbe key, ChunkedColumn column, int rowLimit) {
    lock.readLock().lock();
    try {
      int mask = newest.length - 1;
      for (int slot = (int) key.hash() & mask; ; slot = (slot + 1) & mask) {
        int row = newest[slot];
        if (row < 0) {
          return -1;
        }
        int seen = below(row, rowLimit);
        // Rows at or beyond the limit are not in the reader's column; their key is an older row's
        // or one the reader does not see at all.
        if (seen >= 0 && column.compareKey(key, seen) == 0) {
          return seen;
        }
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  int older(int row) {
    lock.readLock().lock();
    try {
      return older[row];
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Of rows of equal keys keeps the newest. */
  void keepNewest(Bits bits) {
    lock.readLock().lock();
    try {
      for (int i = repeatCount - 1; i >= 0; i--) {
        if (repeats[i] < bits.size() && bits.get(repeats[i])) {
          for (int before = older[repeats[i]]; before >= 0; before = older[before]) {
            bits.clear(before);
          }
        }
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  private int below(int row, int rowLimit) {
    int seen = row;
    while (seen >= rowLimit) {
      seen = older[seen];
    }
    return seen;
  }

  private void add(ChunkedColumn column, int row) {
    if (2 * (keys + 1) > newest.length) {
      grow(column);
    }
    if (row == older.length) {
      older = Arrays.copyOf(older, 2 * row);
    }
    int slot = slot(column, row);
    older[row] = newest[slot];
    if (newest[slot] < 0) {
      keys++;
    } else {
      addRepeat(row);
    }
    newest[slot] = row;
  }

  private void addRepeat(int row) {
    if (repeatCount == repeats.length) {
      repeats = Arrays.copyOf(repeats, 2 * repeatCount);
    }
    repeats[repeatCount++] = row;
    duplicates = true;
  }

  private int slot(ChunkedColumn column, int row) {
    int mask = newest.length - 1;
    int slot = (int) KeyHash.of(column.chunk(row), column.row(row)) & mask;
    while (newest[slot] >= 0 && column.compareKeys(newest[slot], row) != 0) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow(ChunkedColumn column) {
    int[] old = newest;
    newest = new int[2 * old.length];
    Arrays.fill(newest, -1);
    for (int row : old) {
      if (row >= 0) {
        newest[slot(column, row)] = row;
      }
    }
  }
}
