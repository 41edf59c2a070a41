package io.elanus.segment;

import io.elanus.files.RowOrder;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.Arrays;
import java.util.List;

/** Rows of several parts in the order of a segment: by key, equal keys by timestamp. */
final class SortedRows {
  private final Column[] keys;
  private final Column[] times;
  private final boolean textKeys;
  private final RowOrder order;
  private boolean duplicates;
  private long minTimestamp = Long.MAX_VALUE;
  private long maxTimestamp = Long.MIN_VALUE;

  SortedRows(List<RowBatch> parts, RowOrder candidates, FieldSchema primaryKey) {
    keys = parts.stream().map(part -> part.get(primaryKey.id())).toArray(Column[]::new);
    times =
        parts.stream()
            .map(part -> part.get(CollectionSchema.TIMESTAMP_FIELD))
            .toArray(Column[]::new);
    textKeys = primaryKey.type() == DataType.VARCHAR;
    order = sorted(candidates);
    scan();
  }

  RowOrder order() {
    return order;
  }

  int count() {
    return order.count();
  }

  boolean hasDuplicates() {
    return duplicates;
  }

  long minTimestamp() {
    return count() == 0 ? 0 : minTimestamp;
  }

  long maxTimestamp() {
    return count() == 0 ? 0 : maxTimestamp;
  }

  /** Smallest and greatest key; empty without rows. */
  Keys bounds() {
    if (count() == 0) {
      return Keys.of();
    }
    Comparable<?> first = key(0);
    Comparable<?> last = key(count() - 1);
    return textKeys
        ? Keys.of(List.of((String) first, (String) last))
        : Keys.of((Long) first, (Long) last);
  }

  byte[] bloom() {
    BloomFilter bloom = BloomFilter.forKeys(count());
    for (int i = 0; i < count(); i++) {
      bloom.add(KeyHash.of(keys[order.part(i)], order.row(i)));
    }
    return bloom.encode();
  }

  private Comparable<?> key(int index) {
    return KeyColumns.key(keys[order.part(index)], order.row(index));
  }

  private RowOrder sorted(RowOrder candidates) {
    int[] indexes = new int[candidates.count()];
    Arrays.setAll(indexes, i -> i);
    OrdinalSort.sort(indexes, (left, right) -> compare(candidates, left, right));
    long[] entries = new long[indexes.length];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = RowOrder.entry(candidates.part(indexes[i]), candidates.row(indexes[i]));
    }
    return RowOrder.of(entries);
  }

  private int compare(RowOrder rows, int left, int right) {
    int byKey =
        KeyColumns.compare(
            keys[rows.part(left)], rows.row(left), keys[rows.part(right)], rows.row(right));
    return byKey != 0 ? byKey : Long.compare(time(rows, left), time(rows, right));
  }

  private long time(RowOrder rows, int index) {
    return ((Column.Fixed) times[rows.part(index)]).data().get(Column.LONG, 8L * rows.row(index));
  }

  private void scan() {
    for (int i = 0; i < order.count(); i++) {
      long time = time(order, i);
      minTimestamp = Math.min(minTimestamp, time);
      maxTimestamp = Math.max(maxTimestamp, time);
      duplicates |=
          i > 0
              && KeyColumns.compare(
                      keys[order.part(i - 1)], order.row(i - 1), keys[order.part(i)], order.row(i))
                  == 0;
    }
  }
}
