package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gets the fields of the winners, and of nobody else, from the shards that found them. */
final class WinnerFetch {
  /** Rows fetched before the size of what came is looked at. */
  private static final int ROWS_AT_A_TIME = 4096;

  private final Leaders leaders;
  private final ResultLimit resultLimit;

  WinnerFetch(Leaders leaders, ResultLimit resultLimit) {
    this.leaders = leaders;
    this.resultLimit = resultLimit;
  }

  /**
   * Columns of all {@code fields} but the primary key, aligned with the winners.
   *
   * @param channels of the pieces, in their order
   */
  Map<Long, Column> columns(
      Winners winners, List<String> channels, Reads.Scope scope, List<FieldSchema> fields) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    if (fields.isEmpty()) {
      return columns;
    }
    if (winners.size() == 0) {
      fields.forEach(field -> columns.put(field.id(), ColumnBuilders.empty(field)));
      return columns;
    }
    List<RowBatch> batches = new ArrayList<>();
    int[] batchOf = new int[winners.size()];
    int[] rowOf = new int[winners.size()];
    for (int from = 0; from < winners.size(); from += ROWS_AT_A_TIME) {
      int to = Math.min(winners.size(), from + ROWS_AT_A_TIME);
      fetch(winners, from, to, channels, scope, fields, batches, batchOf, rowOf);
      resultLimit.checkBatches("search", batches);
    }
    for (FieldSchema field : fields) {
      List<Column> pieces = batches.stream().map(batch -> batch.get(field.id())).toList();
      columns.put(field.id(), RowGather.scattered(pieces, batchOf, rowOf, ColumnBuilder.of(field)));
    }
    return columns;
  }

  private void fetch(
      Winners winners,
      int from,
      int to,
      List<String> channels,
      Reads.Scope scope,
      List<FieldSchema> fields,
      List<RowBatch> batches,
      int[] batchOf,
      int[] rowOf) {
    List<Long> fieldIds = fields.stream().map(FieldSchema::id).toList();
    List<Leaders.Part> parts = new ArrayList<>();
    for (int p = 0; p < channels.size(); p++) {
      int[] rows = new int[to - from];
      int count = 0;
      for (int i = from; i < to; i++) {
        if (winners.piece()[i] == p) {
          batchOf[i] = batches.size() + parts.size();
          rowOf[i] = count;
          rows[count++] = winners.row()[i];
        }
      }
      if (count > 0) {
        Reads.Fetch fetch =
            part(winners.pieces().get(p), Arrays.copyOf(rows, count), scope, fieldIds);
        parts.add(new Leaders.Part(channels.get(p), fetch));
      }
    }
    List<RowBatch> fetched = leaders.fetch(parts);
    for (int i = 0; i < fetched.size(); i++) {
      int expected = parts.get(i).fetch().keys().size();
      if (fetched.get(i).rows() != expected) {
        throw new ElanusException(ErrorCode.INTERNAL, "a shard returned another number of rows")
            .with("expected", expected)
            .with("actual", fetched.get(i).rows());
      }
    }
    batches.addAll(fetched);
  }

  private static Reads.Fetch part(
      Reads.Hits hits, int[] rows, Reads.Scope scope, List<Long> fieldIds) {
    Keys keys = hits.keys().take(rows);
    long[] timestamps = new long[rows.length];
    long[] segments = new long[rows.length];
    int[] ordinals = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      timestamps[i] = hits.timestamps()[rows[i]];
      segments[i] = hits.segments()[rows[i]];
      ordinals[i] = hits.ordinals()[rows[i]];
    }
    return new Reads.Fetch(scope, keys, timestamps, segments, ordinals, fieldIds);
  }
}
