package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import org.jspecify.annotations.Nullable;

/** A field's columns in all chunks of a segment, addressed by ordinal. */
final class ChunkedColumn {
  private final Column[] chunks;
  private final int shift;
  private final int mask;

  ChunkedColumn(Column[] chunks, int shift) {
    this.chunks = chunks;
    this.shift = shift;
    this.mask = shift == 31 ? Integer.MAX_VALUE : (1 << shift) - 1;
  }

  Column chunk(int ordinal) {
    return chunks[ordinal >>> shift];
  }

  int row(int ordinal) {
    return ordinal & mask;
  }

  long asLong(int ordinal) {
    return ((Column.Fixed) chunk(ordinal)).data().get(Column.LONG, 8L * row(ordinal));
  }

  @Nullable Object value(int ordinal) {
    return chunk(ordinal).value(row(ordinal));
  }

  Comparable<?> key(int ordinal) {
    return KeyColumns.key(chunk(ordinal), row(ordinal));
  }

  int compareKeys(int left, int right) {
    return KeyColumns.compare(chunk(left), row(left), chunk(right), row(right));
  }

  int compareKey(KeyProbe probe, int ordinal) {
    return probe.compareTo(chunk(ordinal), row(ordinal));
  }

  void addTo(ColumnBuilder builder, int ordinal) {
    builder.addRow(chunk(ordinal), row(ordinal));
  }
}
