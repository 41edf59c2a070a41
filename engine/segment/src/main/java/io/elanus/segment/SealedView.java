package io.elanus.segment;

import io.elanus.expression.Rows;
import io.elanus.index.IndexSpec;
import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import java.util.List;
import java.util.Set;

/** A sealed segment as a read sees it: one chunk, sorted by key. */
final class SealedView implements ReadView, Visibility.WriteTimes {
  /** One chunk whatever the ordinal. */
  static final int CHUNK_SHIFT = 31;

  private final SegmentManifest manifest;
  private final CollectionSchema schema;
  private final SealedRows sealed;
  private final KeyIndex keys;
  private final Visibility visibility;
  private final SealedVectors vectors;
  private final PartsInUse parts;

  SealedView(
      SegmentManifest manifest,
      CollectionSchema schema,
      SealedRows sealed,
      KeyIndex keys,
      Visibility visibility,
      SealedVectors vectors,
      PartsInUse parts) {
    this.manifest = manifest;
    this.schema = schema;
    this.sealed = sealed;
    this.keys = keys;
    this.visibility = visibility;
    this.vectors = vectors;
    this.parts = parts;
  }

  @Override
  public int rows() {
    return manifest.rows();
  }

  @Override
  public CollectionSchema schema() {
    return schema;
  }

  @Override
  public int chunkShift() {
    return CHUNK_SHIFT;
  }

  @Override
  public List<? extends Rows> chunks() {
    return List.of(new RowsInUse(sealed, parts));
  }

  @Override
  public boolean sortedByKey() {
    return true;
  }

  @Override
  public boolean indexed(Set<Long> fieldIds) {
    return fieldIds.stream().anyMatch(sealed::indexed);
  }

  @Override
  public KeyIndex keys() {
    return keys;
  }

  @Override
  public VisibleRows visible(long readTimestamp, long expiredBefore) {
    return visibility.at(this, readTimestamp, expiredBefore);
  }

  @Override
  public VectorSearcher vectors(long fieldId, IndexSpec exact) {
    return vectors.searcher(fieldId, exact, parts);
  }

  @Override
  public boolean lacks(long fieldId) {
    return fieldId >= CollectionSchema.FIRST_USER_FIELD
        && schema.requireField(fieldId).type().isVector()
        && !sealed.has(fieldId);
  }

  @Override
  public long oldest() {
    return manifest.rows() == 0 ? Long.MAX_VALUE : manifest.minTimestamp();
  }

  @Override
  public long newest() {
    return manifest.rows() == 0 ? Long.MIN_VALUE : manifest.maxTimestamp();
  }

  @Override
  public Bits written(long readTimestamp, long expiredBefore) {
    ChunkedColumn times = column(CollectionSchema.TIMESTAMP_FIELD);
    Bits bits = Bits.none(rows());
    for (int row = 0; row < rows(); row++) {
      long time = times.asLong(row);
      if (time <= readTimestamp && time >= expiredBefore) {
        bits.set(row);
      }
    }
    return bits;
  }
}
