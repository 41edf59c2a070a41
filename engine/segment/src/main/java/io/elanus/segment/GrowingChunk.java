package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.RowBatch;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Up to a fixed number of a growing segment's rows. */
final class GrowingChunk {
  private final CollectionSchema schema;
  private final int capacityRows;
  private final Map<Long, GrowingColumn> columns = new HashMap<>();
  private int rows;

  /**
   * @param full whether the chunk is expected to fill up: room is made at once then
   */
  GrowingChunk(CollectionSchema schema, int capacityRows, boolean full, MappedFiles memory) {
    this.schema = schema;
    this.capacityRows = capacityRows;
    Optional<DataType> none = Optional.empty();
    for (long hidden :
        new long[] {CollectionSchema.ROW_ID_FIELD, CollectionSchema.TIMESTAMP_FIELD}) {
      columns.put(hidden, new GrowingColumn(DataType.INT64, 0, none, memory));
    }
    for (FieldSchema field : schema.fields()) {
      columns.put(
          field.id(),
          new GrowingColumn(field.type(), field.dimension(), field.elementType(), memory));
    }
    if (full) {
      columns.values().forEach(column -> column.reserve(capacityRows));
    }
  }

  int room() {
    return capacityRows - rows;
  }

  /** Appends rows [first, first + count) of a batch. */
  void append(RowBatch batch, int first, int count, long timestamp, long firstRowId) {
    for (FieldSchema field : schema.fields()) {
      GrowingColumn column = column(field.id());
      Optional<Column> given = batch.column(field.id());
      if (given.isPresent()) {
        column.append(given.get(), first, count);
      } else {
        column.append(ConstantColumns.of(field, count), 0, count);
      }
    }
    long[] rowIds = new long[count];
    long[] timestamps = new long[count];
    for (int i = 0; i < count; i++) {
      rowIds[i] = firstRowId + first + i;
      timestamps[i] = timestamp;
    }
    column(CollectionSchema.ROW_ID_FIELD).append(longs(rowIds), 0, count);
    column(CollectionSchema.TIMESTAMP_FIELD).append(longs(timestamps), 0, count);
    rows += count;
  }

  /** Whether rows were written with the field. */
  boolean has(long fieldId) {
    return columns.containsKey(fieldId);
  }

  Column view(long fieldId, int count) {
    return column(fieldId).view(count);
  }

  private GrowingColumn column(long fieldId) {
    GrowingColumn column = columns.get(fieldId);
    if (column == null) {
      throw new IllegalArgumentException("chunk has no field " + fieldId);
    }
    return column;
  }

  private static Column longs(long[] values) {
    return new Column.Fixed(DataType.INT64, 0, values.length, null, MemorySegment.ofArray(values));
  }
}
