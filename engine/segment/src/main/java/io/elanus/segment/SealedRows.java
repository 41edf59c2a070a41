package io.elanus.segment;

import io.elanus.expression.ColumnIndex;
import io.elanus.expression.Rows;
import io.elanus.files.MappedFiles;
import io.elanus.index.VectorRows;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The mapped columns of a sealed segment and the scalar indexes over them. */
final class SealedRows implements Rows {
  private final int count;
  private final Map<Long, Column> columns;
  private final Set<Long> notLoaded;
  private final Supplier<CollectionSchema> schema;
  private final MissingColumns missing;
  private final AbsentVectors absent;
  private final Map<IndexedPath, ColumnIndex> indexes = new ConcurrentHashMap<>();

  /**
   * @param notLoaded fields that the segment's files hold but that were not mapped
   * @param memory holds what is made for fields without files
   */
  SealedRows(
      int count,
      Map<Long, Column> columns,
      Set<Long> notLoaded,
      Supplier<CollectionSchema> schema,
      MappedFiles memory) {
    this.count = count;
    this.columns = Map.copyOf(columns);
    this.notLoaded = Set.copyOf(notLoaded);
    this.schema = schema;
    this.missing = new MissingColumns(count);
    this.absent = new AbsentVectors(count, memory);
  }

  @Override
  public int count() {
    return count;
  }

  boolean has(long fieldId) {
    return columns.containsKey(fieldId) || notLoaded.contains(fieldId);
  }

  @Override
  public Column column(long fieldId) {
    Column column = columns.get(fieldId);
    if (column != null) {
      return column;
    }
    if (notLoaded.contains(fieldId)) {
      throw ElanusException.invalid("field is not loaded").with("field", fieldId);
    }
    if (fieldId < CollectionSchema.FIRST_USER_FIELD && count == 0) {
      return new Column.Fixed(DataType.INT64, 0, 0, null, MemorySegment.NULL);
    }
    return missing.column(schema.get().requireField(fieldId));
  }

  /**
   * The rows of a vector field, off the heap; none is present where the segment lacks the field.
   */
  VectorRows vectors(long fieldId) {
    return has(fieldId)
        ? VectorColumns.rows(column(fieldId))
        : absent.rows(schema.get().requireField(fieldId));
  }

  @Override
  public Optional<ColumnIndex> index(long fieldId, List<String> path) {
    return Optional.ofNullable(indexes.get(new IndexedPath(fieldId, path)));
  }

  boolean indexed(long fieldId) {
    return indexes.keySet().stream().anyMatch(served -> served.fieldId() == fieldId);
  }

  List<Long> indexedFields() {
    return indexes.keySet().stream().map(IndexedPath::fieldId).distinct().toList();
  }

  void attach(IndexedPath path, ColumnIndex index) {
    indexes.put(path, index);
  }

  void detach(IndexedPath path) {
    indexes.remove(path);
  }
}
