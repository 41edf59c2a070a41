package io.elanus.index.vector.sparse;

import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;

import java.lang.foreign.MemorySegment;

/**
 * One dimension of a query on its way through the rows that have it. It moves forward only; each
 * block is read at most once, and not at all when it is skipped.
 */
final class SparseTerm {
  private final SparsePostings postings;
  private final int list;
  private final int end;
  private final int[] rows;
  private final float[] values;

  /** The weight of the query. */
  final double weight;

  /** The most that the dimension adds to a score within the window. */
  double bound;

  /** How many postings of it may lie within the window. */
  int within;

  private int windowBlock;
  private int block;
  private int count;
  private int at;
  private int firstPosting;
  private boolean valued;

  SparseTerm(SparsePostings postings, int list, float weight) {
    this.postings = postings;
    this.list = list;
    this.weight = weight;
    this.windowBlock = postings.firstBlocks()[list];
    this.block = windowBlock - 1;
    this.end = postings.firstBlocks()[list + 1];
    this.rows = new int[postings.blockSize()];
    this.values = new float[postings.blockSize()];
  }

  /** Sets the bound and the postings for the rows [first, last), the next window. */
  void enter(int first, int last) {
    while (windowBlock + 1 < end && postings.firstRow(windowBlock + 1) <= first) {
      windowBlock++;
    }
    double most = 0;
    int b = windowBlock;
    while (b < end && postings.firstRow(b) < last) {
      most = Math.max(most, Math.max(weight * postings.most(b), weight * postings.least(b)));
      b++;
    }
    bound = most;
    within = (b - windowBlock) * postings.blockSize();
  }

  /** Adds the weighted values of the rows [first, last), and marks these. */
  void add(int first, int last, double[] sums, long[] marked) {
    advance(first);
    while (at < count || next()) {
      readValues();
      int i = at;
      int word = 0;
      long marks = 0;
      while (i < count && rows[i] < last) {
        int slot = rows[i] - first;
        sums[slot] += weight * values[i++];
        if (slot >> 6 != word) {
          marked[word] |= marks;
          word = slot >> 6;
          marks = 0;
        }
        marks |= 1L << slot;
      }
      marked[word] |= marks;
      at = i;
      if (i < count) {
        return;
      }
    }
  }

  /** Adds the weighted values of the rows [first, last). */
  void add(int first, int last, double[] sums) {
    advance(first);
    while (at < count || next()) {
      readValues();
      int i = at;
      while (i < count && rows[i] < last) {
        sums[rows[i] - first] += weight * values[i++];
      }
      at = i;
      if (i < count) {
        return;
      }
    }
  }

  private void readValues() {
    if (!valued) {
      MemorySegment.copy(postings.values(), FLOAT, 4L * firstPosting, values, 0, count);
      valued = true;
    }
  }

  /** The weighted value of a row, 0 where it has none; rows are asked in ascending order. */
  double at(int row) {
    advance(row);
    return at < count && rows[at] == row
        ? weight * postings.values().get(FLOAT, 4L * (firstPosting + at))
        : 0;
  }

  /** Moves to the first posting of a row or after it, or to the end of the block before that. */
  private void advance(int row) {
    if (at == count || rows[count - 1] < row) {
      int to = Math.max(block + 1, windowBlock);
      while (to + 1 < end && postings.firstRow(to + 1) <= row) {
        to++;
      }
      block = to - 1;
      next();
    }
    while (at < count && rows[at] < row) {
      at++;
    }
  }

  private boolean next() {
    at = 0;
    count = 0;
    valued = false;
    block = Math.min(block + 1, end);
    if (block == end) {
      return false;
    }
    firstPosting = postings.posting(list, block);
    count = postings.rows(list, block, rows);
    return true;
  }
}
