package io.elanus.node.read;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.RowBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts rows of several batches together. */
public final class Rows {
  private Rows() {}

  /**
   * Row i of the answer is row {@code rows[i]} of batch {@code batches[i]}.
   *
   * @param parts with the same columns
   */
  public static RowBatch gather(List<RowBatch> parts, int[] batches, int[] rows) {
    if (batches.length == 0) {
      return parts.isEmpty() ? RowBatch.empty() : parts.getFirst().take(rows);
    }
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (Map.Entry<Long, Column> first : parts.get(batches[0]).columns().entrySet()) {
      ColumnBuilder builder = ColumnBuilder.like(first.getValue());
      for (int i = 0; i < rows.length; i++) {
        builder.addRow(parts.get(batches[i]).get(first.getKey()), rows[i]);
      }
      columns.put(first.getKey(), builder.build());
    }
    return new RowBatch(rows.length, columns);
  }
}
