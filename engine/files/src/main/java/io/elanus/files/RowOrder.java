package io.elanus.files;

import java.util.List;

/**
 * A sequence of rows out of several parts: entry i names row {@link #row} of part {@link #part}.
 * What a sort or a merge produces, and what a writer gathers by.
 */
public final class RowOrder {
  private final long[] entries;

  private RowOrder(long[] entries) {
    this.entries = entries;
  }

  /**
   * @param entries part in the upper, row in the lower 32 bits; taken over, not copied
   */
  public static RowOrder of(long[] entries) {
    return new RowOrder(entries);
  }

  /** All rows of all parts, one part after the other. */
  public static RowOrder sequential(List<Integer> rowsOfParts) {
    long[] entries = new long[rowsOfParts.stream().mapToInt(Integer::intValue).sum()];
    int at = 0;
    for (int part = 0; part < rowsOfParts.size(); part++) {
      for (int row = 0; row < rowsOfParts.get(part); row++) {
        entries[at++] = entry(part, row);
      }
    }
    return new RowOrder(entries);
  }

  public static long entry(int part, int row) {
    return (long) part << 32 | row;
  }

  public static int part(long entry) {
    return (int) (entry >>> 32);
  }

  public static int row(long entry) {
    return (int) entry;
  }

  public int count() {
    return entries.length;
  }

  public int part(int index) {
    return part(entries[index]);
  }

  public int row(int index) {
    return row(entries[index]);
  }

  /** The first index after {@code from} that does not follow on in the same part. */
  int runEnd(int from) {
    int end = from + 1;
    while (end < entries.length && entries[end] == entries[end - 1] + 1) {
      end++;
    }
    return end;
  }
}
