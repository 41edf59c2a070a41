package io.elanus.segment;

import io.elanus.expression.Rows;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rows that a growing segment had when a read began. */
final class GrowingView implements ReadView, KeyIndex, Visibility.WriteTimes {
  private final int rows;
  private final int chunkShift;
  private final List<GrowingRows> chunks;
  private final CollectionSchema schema;
  private final GrowingKeys keyTable;
  private final Visibility visibility;
  private final CollectionSchema written;
  private final ChunkedColumn keyColumn;
  private final ChunkedColumn times;
  private final DataType keyType;
  private final GrowingGraphs graphs;

  /**
   * @param written the schema that the chunks were made for
   * @param schema the schema that the read wants
   */
  GrowingView(
      int rows,
      int chunkShift,
      List<GrowingRows> chunks,
      CollectionSchema written,
      CollectionSchema schema,
      GrowingKeys keyTable,
      Visibility visibility,
      GrowingGraphs graphs) {
    this.rows = rows;
    this.chunkShift = chunkShift;
    this.chunks = chunks;
    this.schema = schema;
    this.keyTable = keyTable;
    this.visibility = visibility;
    this.written = written;
    this.graphs = graphs;
    this.keyColumn = column(schema.primaryKey().id());
    this.times = column(CollectionSchema.TIMESTAMP_FIELD);
    this.keyType = schema.primaryKey().type();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public CollectionSchema schema() {
    return schema;
  }

  @Override
  public int chunkShift() {
    return chunkShift;
  }

  @Override
  public List<? extends Rows> chunks() {
    return chunks;
  }

  @Override
  public boolean sortedByKey() {
    return false;
  }

  List<GrowingRows> growingRows() {
    return chunks;
  }

  /** The schema that the chunks were made for. */
  CollectionSchema written() {
    return written;
  }

  @Override
  public boolean indexed(Set<Long> fieldIds) {
    return false;
  }

  @Override
  public KeyIndex keys() {
    return this;
  }

  @Override
  public VisibleRows visible(long readTimestamp, long expiredBefore) {
    return visibility.at(this, readTimestamp, expiredBefore);
  }

  @Override
  public boolean lacks(long fieldId) {
    return fieldId >= CollectionSchema.FIRST_USER_FIELD
        && written.field(fieldId).isEmpty()
        && schema.requireField(fieldId).type().isVector();
  }

  @Override
  public VectorSearcher vectors(long fieldId, IndexSpec spec) {
    DataType type = schema.requireField(fieldId).type();
    if (type == DataType.SPARSE_FLOAT_VECTOR) {
      return new SparseChunksSearcher(spec, columns(fieldId), 1 << chunkShift);
    }
    DenseRows dense = dense(fieldId);
    return new IndexSearcher(
        graphs.over(fieldId, spec.metric(), dense, VectorIndexes.exact(spec, dense)));
  }

  /** The vectors of a dense field. */
  DenseRows dense(long fieldId) {
    return VectorColumns.dense(columns(fieldId), 1 << chunkShift);
  }

  private List<Column> columns(long fieldId) {
    List<Column> columns = new ArrayList<>();
    for (GrowingRows chunk : chunks) {
      columns.add(chunk.column(fieldId));
    }
    return columns;
  }

  // Keys.

  @Override
  public int newest(KeyProbe key) {
    return keyTable.newest(key, keyColumn, rows);
  }

  @Override
  public int older(int ordinal) {
    return keyTable.older(ordinal);
  }

  @Override
  public boolean mayContain(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest) {
    return rows > 0;
  }

  @Override
  public int[] inOrder(Bits bits, Optional<KeyProbe> after, int limit) {
    if (after.isEmpty() && limit >= bits.size()) {
      int[] ordinals = SetRows.of(bits);
      // Rows of equal keys are in order of time already, and the sort is stable.
      OrdinalSort.sort(ordinals, keyColumn::compareKeys);
      return ordinals;
    }
    SmallestRows first = new SmallestRows(limit, keyColumn::compareKeys);
    for (int row = bits.next(0); row >= 0; row = bits.next(row + 1)) {
      if (after.isEmpty() || keyColumn.compareKey(after.get(), row) < 0) {
        first.offer(row);
      }
    }
    return first.sorted();
  }

  @Override
  public Optional<int[]> range(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest) {
    return Optional.empty();
  }

  @Override
  public boolean hasDuplicates() {
    return keyTable.hasDuplicates();
  }

  @Override
  public void keepNewest(Bits bits) {
    keyTable.keepNewest(bits);
  }

  @Override
  public Comparable<?> key(int ordinal) {
    return keyColumn.key(ordinal);
  }

  @Override
  public Keys take(int[] ordinals) {
    return TakenKeys.of(keyColumn, keyType, ordinals);
  }

  // Times: rows are appended in the order of their timestamps.

  @Override
  public long oldest() {
    return rows == 0 ? Long.MAX_VALUE : times.asLong(0);
  }

  @Override
  public long newest() {
    return rows == 0 ? Long.MIN_VALUE : times.asLong(rows - 1);
  }

  @Override
  public Bits written(long readTimestamp, long expiredBefore) {
    Bits bits = Bits.none(rows);
    int to = readTimestamp == Long.MAX_VALUE ? rows : firstAtLeast(readTimestamp + 1);
    bits.setRange(Math.min(firstAtLeast(expiredBefore), to), to);
    return bits;
  }

  private int firstAtLeast(long timestamp) {
    int low = 0;
    int high = rows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times.asLong(middle) < timestamp) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
