package io.elanus.segment;

import io.elanus.expression.ColumnIndex;
import io.elanus.expression.Filter;
import io.elanus.files.MappedFiles;
import io.elanus.index.IndexOrigin;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorRows;
import io.elanus.index.scalar.ScalarIndexes;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Rows in mapped files, sorted by key. The files never change; deletes are kept in memory, and come
 * from delete files and the log when the segment is loaded.
 *
 * <p>Files that lie where they are mapped live as long as the segment's own memory, so that a read
 * holds on to everything at once; an index that another one replaced is let go with the segment. Of
 * files that are copied first, those of vectors and indexes come and go as {@link Part}s, which a
 * read holds on to one by one, and a read that needs one that is not here throws {@link ColdPart}.
 */
public final class SealedSegment implements Segment {
  private final SegmentManifest manifest;
  private final SegmentFiles files;
  private final SealedRows sealed;
  private final KeyIndex keys;
  private final DeletedRows deleted = new DeletedRows();
  private final Visibility visibility = new Visibility(deleted);
  private final SealedVectors vectors;
  private final AttachedIndexes indexes;
  private final HeldReads reads;
  private volatile CollectionSchema schema;

  private SealedSegment(
      SegmentManifest manifest, CollectionSchema schema, SegmentFiles files, KeyFacts facts) {
    this.manifest = manifest;
    this.schema = schema;
    this.files = files;
    MappedFiles memory = files.memory();
    this.sealed = new SealedRows(manifest.rows(), files, () -> this.schema, memory);
    Column[] keyColumn = {sealed.scalar(schema.primaryKey().id())};
    this.keys =
        new SortedKeys(
            new ChunkedColumn(keyColumn, SealedView.CHUNK_SHIFT),
            schema.primaryKey().type(),
            manifest.rows(),
            facts);
    this.vectors = new SealedVectors(sealed);
    this.indexes = new AttachedIndexes(manifest.segmentId(), memory, this::leave, System::nanoTime);
    this.reads = new HeldReads(manifest.segmentId(), memory, this::view);
  }

  /**
   * Maps a segment's files. Every byte of them is checked against the manifest, at the latest when
   * a read first needs the file.
   *
   * @param schema to read the rows as, of the segment's version or a later one
   * @param fields vector fields to map; empty: all. Scalars are mapped in any case
   * @throws ElanusException DATA_INTEGRITY naming the damaged file, IO_FAILED when one cannot be
   *     mapped
   */
  public static SealedSegment open(
      SegmentManifest manifest, CollectionSchema schema, Set<Long> fields, FileSource source) {
    SegmentFiles files = new SegmentFiles(manifest, schema, fields, source);
    try {
      files.map();
      KeyFacts facts = KeyFacts.of(manifest, source);
      SealedSegment segment = new SealedSegment(manifest, schema, files, facts);
      DeleteFile.Deletes deletes = files.deletes();
      segment.delete(deletes.keys(), deletes.timestamps());
      return segment;
    } catch (RuntimeException e) {
      files.closeParts();
      files.memory().close();
      throw e;
    }
  }

  private SealedView view(PartsInUse parts) {
    return new SealedView(manifest, schema, sealed, keys, visibility, vectors, parts);
  }

  public SegmentManifest manifest() {
    return manifest;
  }

  /**
   * Opens an index file over a vector field and searches by it from now on. A damaged one is
   * bypassed and counted, and the field searched exactly; so is one of another field, of other rows
   * or of another build. One that is elsewhere may be opened, and so checked, later.
   *
   * @param origin tells the type and metric of a file that is elsewhere
   * @param damaged runs when a search finds that the file was damaged since, and goes on without
   * @return whether the index is in use, and why not
   */
  public IndexUse attachVectorIndex(
      long fieldId, FilePlace file, IndexOrigin origin, Runnable damaged) {
    FieldSchema field = schema.requireField(fieldId);
    int dimension = field.type().isDenseVector() ? field.dimension() : 0;
    return indexes.attach(
        IndexedPath.of(fieldId),
        new AttachedIndexes.Source<>(
            file,
            (path, into) ->
                VectorIndexes.open(path, into.arena(), origin, field.type(), dimension, rows()),
            false),
        index -> vectors.attach(fieldId, metric(index, origin), index),
        damaged);
  }

  /** The same of a file on the local disk. */
  public IndexUse attachVectorIndex(long fieldId, Path file, IndexOrigin origin, Runnable damaged) {
    return attachVectorIndex(fieldId, new FilePlace.Here(file), origin, damaged);
  }

  /** As the index says or, before it is here, whoever keeps a list of indexes. */
  private static Metric metric(Mapping<VectorIndex> mapping, IndexOrigin origin) {
    VectorIndex index = mapping.now();
    return index == null ? origin.spec().orElseThrow().metric() : index.spec().metric();
  }

  /**
   * Opens an index file over a scalar field (or a path of a JSON field) and filters by it from now
   * on. A damaged one, or one of other rows or of another build, is bypassed and counted, and the
   * column scanned.
   *
   * @param path keys of a JSON path; empty for the field itself
   * @param damaged runs when a read finds that the file was damaged since, and goes on without
   * @return whether the index is in use, and why not
   */
  public IndexUse attachScalarIndex(
      long fieldId, List<String> path, FilePlace file, IndexOrigin origin, Runnable damaged) {
    IndexedPath served = new IndexedPath(fieldId, path);
    return indexes.attach(
        served,
        new AttachedIndexes.Source<ColumnIndex>(
            file, (local, into) -> ScalarIndexes.open(into.map(local), origin, rows()), true),
        index -> sealed.attach(served, index),
        damaged);
  }

  /** The same of a file on the local disk. */
  public IndexUse attachScalarIndex(
      long fieldId, List<String> path, Path file, IndexOrigin origin, Runnable damaged) {
    return attachScalarIndex(fieldId, path, new FilePlace.Here(file), origin, damaged);
  }

  /** Searches and filters the field without its indexes from now on. */
  public void detachIndexes(long fieldId) {
    indexes.detach(fieldId);
  }

  private void leave(IndexedPath path) {
    vectors.detach(path.fieldId());
    sealed.detach(path);
  }

  /**
   * Hands the rows of a vector field to a build of an index.
   *
   * @param build must not keep them
   */
  public <T> T withVectors(long fieldId, Function<VectorRows, T> build) {
    return reads.during(parts -> build.apply(sealed.vectors(fieldId, parts).rows()));
  }

  /**
   * Hands the column of a scalar field to a build of an index.
   *
   * @param build gets the column and its number of rows; must not keep it
   */
  public <T> T withColumn(long fieldId, Function<Column, T> build) {
    return reads.during(parts -> build.apply(sealed.scalar(fieldId)));
  }

  @Override
  public void delete(Keys deletedKeys, long[] timestamps) {
    reads.run(view -> {
      RowDeletes.apply(view, deletedKeys, timestamps, deleted);
      return deletedKeys.size();
    });
  }

  /** The view and the deletes of this segment, for a compaction. */
  <T> T withRows(BiFunction<ReadView, DeletedRows, T> read) {
    return reads.run(view -> read.apply(view, deleted));
  }

  @Override
  public long id() {
    return manifest.segmentId();
  }

  @Override
  public List<SearchHits> search(SegmentSearch search, SearchHelp help) {
    return indexes.read(() -> reads.search(search, help));
  }

  @Override
  public int together(SegmentSearch search) {
    boolean scans =
        search.queries().rows() == 1
            && search.groupBy().isEmpty()
            && !(search.filter() instanceof Filter.Sample)
            && vectors.readsOnce(search.fieldId(), search.metric());
    return scans ? SearchesTogether.most(rows()) : 1;
  }

  @Override
  public List<SearchHits> searchTogether(List<SegmentSearch> searches) {
    return indexes.read(() -> reads.run(view -> SearchesTogether.run(view, searches)));
  }

  @Override
  public boolean quick(SegmentSearch search) {
    return search.quick(rows(), vectors.indexed(search.fieldId()) ? 0 : rows());
  }

  @Override
  public Matches query(SegmentQuery query) {
    return indexes.read(() -> reads.query(query));
  }

  @Override
  public RowBatch fetch(int[] ordinals, List<Long> fieldIds) {
    return reads.fetch(ordinals, fieldIds);
  }

  @Override
  public Found lookup(Keys wanted, long readTimestamp) {
    return reads.lookup(wanted, readTimestamp);
  }

  @Override
  public void changeSchema(CollectionSchema newSchema) {
    schema = newSchema;
  }

  @Override
  public int rows() {
    return manifest.rows();
  }

  /** Fields with an index in use, ascending. */
  public List<Long> indexedFields() {
    return Stream.concat(vectors.indexedFields().stream(), sealed.indexedFields().stream())
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    reads.close();
    indexes.close();
    files.closeParts();
  }
}
