package io.elanus.segment;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Which rows of a growing segment have a key: a hash table of the newest row of each key, with
 * linear probing, and for each row the row of the same key before it. Keys themselves stay in the
 * columns; half of their hash stands beside the row, so that only rows of equal halves are
 * compared. One writer and any number of readers.
 */
final class GrowingKeys {
  private static final long EMPTY = -1;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** For each slot {@code hash << 32 | row}, with the lower half of the hash; or EMPTY. */
  private long[] newest = new long[64];

  private int[] older = new int[64];
  private int keys;

  /** Rows that have an older row of the same key, ascending. */
  private int[] repeats = new int[16];

  private int repeatCount;
  private volatile boolean duplicates;

  GrowingKeys() {
    Arrays.fill(newest, EMPTY);
  }

  boolean hasDuplicates() {
    return duplicates;
  }

  /** Adds rows [from, to); {@code column} holds at least these. */
  void add(ChunkedColumn column, int from, int to) {
    lock.writeLock().lock();
    try {
      for (int first = from; first < to; ) {
        Column chunk = column.chunk(first);
        int[] hashes = new int[Math.min(to - first, chunk.rows() - column.row(first))];
        KeyHash.lowerHalves(chunk, column.row(first), hashes);
        for (int i = 0; i < hashes.length; i++) {
          addRow(column, first + i, hashes[i]);
        }
        first += hashes.length;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Newest row of a key below {@code rowLimit}, or -1. */
  int newest(KeyProbe key, ChunkedColumn column, int rowLimit) {
    lock.readLock().lock();
    try {
      int hash = (int) key.hash();
      int mask = newest.length - 1;
      for (int slot = hash & mask; newest[slot] != EMPTY; slot = (slot + 1) & mask) {
        if (hash(newest[slot]) == hash) {
          int seen = below(row(newest[slot]), rowLimit);
          // Rows at or beyond the limit are not in the reader's column; their key is an older row's
          // or one the reader does not see at all.
          if (seen >= 0 && column.compareKey(key, seen) == 0) {
            return seen;
          }
        }
      }
      return -1;
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

  private static int hash(long entry) {
    return (int) (entry >>> 32);
  }

  private static int row(long entry) {
    return (int) entry;
  }

  private void addRow(ChunkedColumn column, int row, int hash) {
    if (2 * (keys + 1) > newest.length) {
      grow();
    }
    if (row == older.length) {
      older = Arrays.copyOf(older, 2 * row);
    }
    int slot = slot(column, row, hash);
    if (newest[slot] == EMPTY) {
      older[row] = -1;
      keys++;
    } else {
      older[row] = row(newest[slot]);
      addRepeat(row);
    }
    newest[slot] = (long) hash << 32 | row;
  }

  private void addRepeat(int row) {
    if (repeatCount == repeats.length) {
      repeats = Arrays.copyOf(repeats, 2 * repeatCount);
    }
    repeats[repeatCount++] = row;
    duplicates = true;
  }

  private int slot(ChunkedColumn column, int row, int hash) {
    int mask = newest.length - 1;
    int slot = hash & mask;
    while (newest[slot] != EMPTY
        && (hash(newest[slot]) != hash || column.compareKeys(row(newest[slot]), row) != 0)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Keys differ from one another, so that none is looked at. */
  private void grow() {
    long[] old = newest;
    newest = new long[2 * old.length];
    Arrays.fill(newest, EMPTY);
    int mask = newest.length - 1;
    for (long entry : old) {
      if (entry != EMPTY) {
        int slot = hash(entry) & mask;
        while (newest[slot] != EMPTY) {
          slot = (slot + 1) & mask;
        }
        newest[slot] = entry;
      }
    }
  }
}
