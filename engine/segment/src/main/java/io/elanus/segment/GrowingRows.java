package io.elanus.segment;

import io.elanus.expression.Rows;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.FieldSchema;

/** The first rows of a chunk, as a read sees them. */
final class GrowingRows implements Rows {
  private final GrowingChunk chunk;
  private final int count;
  private final CollectionSchema schema;
  private final MissingColumns missing;

  GrowingRows(GrowingChunk chunk, int count, CollectionSchema schema, MissingColumns missing) {
    this.chunk = chunk;
    this.count = count;
    this.schema = schema;
    this.missing = missing;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Column column(long fieldId) {
    if (chunk.has(fieldId)) {
      return chunk.view(fieldId, count);
    }
    FieldSchema field = schema.requireField(fieldId);
    return ColumnViews.slice(missing.column(field), 0, count);
  }
}
