package io.elanus.segment;

import io.elanus.files.RowOrder;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges sealed segments into one, sorted by key, without the rows that no retained timestamp can
 * see. Deletes that a retained timestamp may still look behind go into the new segment's delete
 * file, so that pinned reads stay exact.
 */
public final class Compaction {
  private final SegmentIdentity target;
  private final CollectionSchema schema;
  private final long retainedFrom;
  private final long expiredBefore;
  private final List<RowBatch> parts = new ArrayList<>();
  private final List<long[]> kept = new ArrayList<>();
  private final List<DeleteFile.Deletes> deletes = new ArrayList<>();

  private Compaction(
      SegmentIdentity target, CollectionSchema schema, long retainedFrom, long expiredBefore) {
    this.target = target;
    this.schema = schema;
    this.retainedFrom = retainedFrom;
    this.expiredBefore = expiredBefore;
  }

  /**
   * Writes the merged segment.
   *
   * @param sources of one shard and partition, with every delete applied that is known of; they
   *     must hold all their vector fields
   * @param schema that the new segment is written with, at least as new as the sources'
   * @param retainedFrom reads at or after this timestamp must not notice
   * @param expiredBefore rows written before it are left out; 0: none
   * @return the manifest, to be stored; 0 rows and no files when nothing is left
   */
  public static SegmentManifest run(
      SegmentIdentity target,
      CollectionSchema schema,
      List<SealedSegment> sources,
      long retainedFrom,
      long expiredBefore,
      FileSink sink) {
    Compaction compaction = new Compaction(target, schema, retainedFrom, expiredBefore);
    return compaction.collect(sources, 0, sink);
  }

  /** Holds on to one source after the other, and writes while it holds all. */
  private SegmentManifest collect(List<SealedSegment> sources, int index, FileSink sink) {
    if (index == sources.size()) {
      return write(sink);
    }
    return sources
        .get(index)
        .withRows((view, deleted) -> {
          add(view, deleted);
          return collect(sources, index + 1, sink);
        });
  }

  private void add(ReadView view, DeletedRows deleted) {
    // Deletes first: one that arrives in between reaches a row that is kept, and is for the loader
    // of the new segment to apply.
    deletes.add(RowDeletes.after(view, deleted, retainedFrom));
    kept.add(keptRows(view, deleted, parts.size()));
    parts.add(batch(view));
  }

  private long[] keptRows(ReadView view, DeletedRows deleted, int part) {
    ChunkedColumn times = view.column(CollectionSchema.TIMESTAMP_FIELD);
    long[] entries = new long[view.rows()];
    int count = 0;
    for (int row = 0; row < view.rows(); row++) {
      if (deleted.earliest(row) > retainedFrom && times.asLong(row) >= expiredBefore) {
        entries[count++] = RowOrder.entry(part, row);
      }
    }
    return Arrays.copyOf(entries, count);
  }

  private RowBatch batch(ReadView view) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (long hidden :
        new long[] {CollectionSchema.ROW_ID_FIELD, CollectionSchema.TIMESTAMP_FIELD}) {
      columns.put(hidden, view.chunks().getFirst().column(hidden));
    }
    for (FieldSchema field : schema.fields()) {
      columns.put(
          field.id(),
          view.lacks(field.id())
              ? ConstantColumns.nulls(field, view.rows())
              : view.chunks().getFirst().column(field.id()));
    }
    return new RowBatch(view.rows(), columns);
  }

  private SegmentManifest write(FileSink sink) {
    long[] entries = kept.stream().flatMapToLong(Arrays::stream).toArray();
    return SegmentWriter.write(target, schema, parts, RowOrder.of(entries), joinedDeletes(), sink);
  }

  private DeleteFile.Deletes joinedDeletes() {
    long[] timestamps =
        deletes.stream().flatMapToLong(part -> Arrays.stream(part.timestamps())).toArray();
    return new DeleteFile.Deletes(joinedKeys(), timestamps);
  }

  private Keys joinedKeys() {
    return Keys.joined(
        deletes.stream().map(DeleteFile.Deletes::keys).toList(),
        schema.primaryKey().type() == DataType.VARCHAR);
  }
}
