package io.elanus.segment;

import io.elanus.expression.ColumnIndex;
import io.elanus.files.MappedFiles;
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

/** The columns of a sealed segment and the scalar indexes over them. */
final class SealedRows {
  private final int count;
  private final Map<Long, Column> scalars;
  private final Map<Long, Mapping<VectorColumn>> vectors;
  private final Set<Long> notLoaded;
  private final Supplier<CollectionSchema> schema;
  private final MissingColumns missing;
  private final AbsentVectors absent;
  private final Map<Long, ExactVectors> absentFields = new ConcurrentHashMap<>();
  private final Map<IndexedPath, Mapping<ColumnIndex>> indexes = new ConcurrentHashMap<>();

  /**
   * @param files that were mapped, or may be
   * @param memory holds what is made for fields without files
   */
  SealedRows(int count, SegmentFiles files, Supplier<CollectionSchema> schema, MappedFiles memory) {
    this.count = count;
    this.scalars = Map.copyOf(files.scalars());
    this.vectors = Map.copyOf(files.vectors());
    this.notLoaded = Set.copyOf(files.notLoaded());
    this.schema = schema;
    this.missing = new MissingColumns(count);
    this.absent = new AbsentVectors(count, memory);
  }

  int count() {
    return count;
  }

  boolean has(long fieldId) {
    return scalars.containsKey(fieldId)
        || vectors.containsKey(fieldId)
        || notLoaded.contains(fieldId);
  }

  /** The column of a scalar or hidden field; it is mapped as long as the segment. */
  Column scalar(long fieldId) {
    Column column = scalars.get(fieldId);
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

  /** Any column, for one read. */
  Column column(long fieldId, PartsInUse read) {
    Mapping<VectorColumn> vector = vectors.get(fieldId);
    return vector == null ? scalar(fieldId) : vector.use(read).column();
  }

  /**
   * The rows of a vector field, off the heap; none is present where the segment lacks the field.
   */
  ExactVectors vectors(long fieldId, PartsInUse read) {
    Mapping<VectorColumn> vector = vectors.get(fieldId);
    if (vector != null) {
      return vector.use(read).exact();
    }
    if (has(fieldId)) {
      Column column = scalar(fieldId); // says that it is not loaded
      return new ExactVectors(() -> VectorColumns.rows(column));
    }
    return absentFields.computeIfAbsent(
        fieldId, id -> new ExactVectors(() -> absent.rows(schema.get().requireField(id))));
  }

  Optional<ColumnIndex> index(IndexedPath path, PartsInUse read) {
    Mapping<ColumnIndex> index = indexes.get(path);
    return index == null || index.avoided() ? Optional.empty() : Optional.of(index.use(read));
  }

  boolean indexed(long fieldId) {
    return indexes.keySet().stream().anyMatch(served -> served.fieldId() == fieldId);
  }

  List<Long> indexedFields() {
    return indexes.keySet().stream().map(IndexedPath::fieldId).distinct().toList();
  }

  void attach(IndexedPath path, Mapping<ColumnIndex> index) {
    indexes.put(path, index);
  }

  void detach(IndexedPath path) {
    indexes.remove(path);
  }
}
