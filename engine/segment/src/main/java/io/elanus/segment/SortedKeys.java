package io.elanus.segment;

import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import java.util.Optional;

/**
 * Keys of a sealed segment: its rows are sorted by (key, timestamp), so a key is found by binary
 * search, after its bloom filter let it pass.
 */
final class SortedKeys implements KeyIndex {
  private final ChunkedColumn column;
  private final DataType type;
  private final int rows;
  private final KeyFacts facts;

  SortedKeys(ChunkedColumn column, DataType type, int rows, KeyFacts facts) {
    this.column = column;
    this.type = type;
    this.rows = rows;
    this.facts = facts;
  }

  @Override
  public int newest(KeyProbe key) {
    if (!facts.mayContain(key)) {
      return -1;
    }
    int end = firstAbove(key);
    return end > 0 && column.compareKey(key, end - 1) == 0 ? end - 1 : -1;
  }

  @Override
  public int older(int ordinal) {
    return facts.duplicates() && ordinal > 0 && column.compareKeys(ordinal - 1, ordinal) == 0
        ? ordinal - 1
        : -1;
  }

  @Override
  public boolean mayContain(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest) {
    return facts.overlaps(lowest, highest);
  }

  @Override
  public int[] inOrder(Bits bits, Optional<KeyProbe> after, int limit) {
    return SetRows.of(bits, after.map(this::firstAbove).orElse(0), limit);
  }

  @Override
  public Optional<int[]> range(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest) {
    int from = lowest.isEmpty() ? 0 : firstAtLeast(KeyProbe.of(lowest.get()));
    int to = highest.isEmpty() ? rows : firstAbove(KeyProbe.of(highest.get()));
    return Optional.of(new int[] {from, Math.max(from, to)});
  }

  @Override
  public boolean hasDuplicates() {
    return facts.duplicates();
  }

  @Override
  public void keepNewest(Bits bits) {
    int row = bits.next(0);
    while (row >= 0) {
      int next = bits.next(row + 1);
      if (next >= 0 && column.compareKeys(row, next) == 0) {
        bits.clear(row);
      }
      row = next;
    }
  }

  @Override
  public Comparable<?> key(int ordinal) {
    return column.key(ordinal);
  }

  @Override
  public Keys take(int[] ordinals) {
    return TakenKeys.of(column, type, ordinals);
  }

  private int firstAtLeast(KeyProbe key) {
    int low = 0;
    int high = rows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (column.compareKey(key, middle) > 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int firstAbove(KeyProbe key) {
    int low = 0;
    int high = rows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (column.compareKey(key, middle) >= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
