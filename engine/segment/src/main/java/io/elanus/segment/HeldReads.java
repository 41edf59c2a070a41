package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The reads of a segment, whatever its form: each holds on to the memory while it runs. */
final class HeldReads {
  private final long segmentId;
  private final MappedFiles memory;
  private final Function<PartsInUse, ? extends ReadView> views;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param views of a read, which adds the parts that it touches
   */
  HeldReads(long segmentId, MappedFiles memory, Function<PartsInUse, ? extends ReadView> views) {
    this.segmentId = segmentId;
    this.memory = memory;
    this.views = views;
  }

  <T> T run(Function<ReadView, T> read) {
    return during(parts -> read.apply(views.apply(parts)));
  }

  /** For reads of less than a view. */
  <T> T during(Function<PartsInUse, T> read) {
    if (closed.get() || !memory.tryRetain()) {
      throw new ElanusException(ErrorCode.SEGMENT_NOT_FOUND, "segment is released")
          .with("segment", segmentId);
    }
    PartsInUse parts = new PartsInUse();
    try {
      return read.apply(parts);
    } finally {
      parts.end();
      memory.release();
    }
  }

  List<SearchHits> search(SegmentSearch search, SearchHelp help) {
    return run(view -> new SearchExecution(view, search).run(help));
  }

  Matches query(SegmentQuery query) {
    return run(view -> new QueryExecution(view, query).run());
  }

  Found lookup(Keys keys, long readTimestamp) {
    return run(view -> lookup(view, keys, readTimestamp));
  }

  private static Found lookup(ReadView view, Keys keys, long readTimestamp) {
    VisibleRows visible = view.visible(readTimestamp, Long.MIN_VALUE);
    ChunkedColumn times = view.column(CollectionSchema.TIMESTAMP_FIELD);
    int[] ordinals = new int[keys.size()];
    long[] timestamps = new long[keys.size()];
    for (int i = 0; i < ordinals.length; i++) {
      int row = view.keys().newest(KeyProbe.of(keys, i));
      while (row >= 0 && !visible.bits().get(row)) {
        row = view.keys().older(row);
      }
      ordinals[i] = row;
      timestamps[i] = row < 0 ? 0 : times.asLong(row);
    }
    return new Found(ordinals, timestamps);
  }

  RowBatch fetch(int[] ordinals, List<Long> fieldIds) {
    return run(view -> fetch(view, ordinals, fieldIds));
  }

  static RowBatch fetch(ReadView view, int[] ordinals, List<Long> fieldIds) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (long fieldId : fieldIds) {
      columns.put(fieldId, take(view, ordinals, fieldId));
    }
    return new RowBatch(ordinals.length, columns);
  }

  private static Column take(ReadView view, int[] ordinals, long fieldId) {
    if (fieldId < CollectionSchema.FIRST_USER_FIELD) {
      return take(view, ordinals, fieldId, new ColumnBuilder(DataType.INT64, 0, Optional.empty()));
    }
    FieldSchema field = view.schema().requireField(fieldId);
    return view.lacks(fieldId)
        ? ConstantColumns.of(field, ordinals.length)
        : take(view, ordinals, fieldId, ColumnBuilder.of(field));
  }

  private static Column take(ReadView view, int[] ordinals, long fieldId, ColumnBuilder builder) {
    ChunkedColumn column = view.column(fieldId);
    for (int ordinal : ordinals) {
      column.addTo(builder, ordinal);
    }
    return builder.build();
  }

  /** Lets the memory go once the running reads have ended; idempotent. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      memory.close();
    }
  }
}
