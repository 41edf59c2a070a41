package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.growing.GraphRoom;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows that still arrive, off the heap, in chunks of a fixed number of rows, so that many small
 * inserts are scanned as fast as one large one. Rows come in the order of their timestamps.
 */
public final class GrowingSegment implements Segment {
  private static final int CHUNK_SHIFT = 12;

  /** A scan of so many rows costs about as much as a walk through the graph over them. */
  private static final int SCANNED_ROWS = 2048;

  private final SegmentIdentity identity;
  private final CollectionSchema written;
  private final int chunkShift;
  private final MappedFiles memory = new MappedFiles();
  private final DeletedRows deleted = new DeletedRows();
  private final Visibility visibility = new Visibility(deleted);
  private final GrowingKeys keys = new GrowingKeys();
  private final MissingColumns missing;
  private final HeldReads reads;
  private final GrowingGraphs graphs;
  private volatile CollectionSchema schema;
  private volatile List<GrowingChunk> chunks = List.of();
  private volatile int rows;
  private @Nullable GrowingChunk spare;
  private Column[] keyChunks = {};
  private long lastTimestamp = Long.MIN_VALUE;

  public GrowingSegment(SegmentIdentity identity, CollectionSchema schema) {
    this(identity, schema, GraphRoom.UNLIMITED);
  }

  /**
   * @param room asked for the memory of graphs; that of rows is not
   */
  public GrowingSegment(SegmentIdentity identity, CollectionSchema schema, GraphRoom room) {
    this(identity, schema, CHUNK_SHIFT, SCANNED_ROWS, room);
  }

  GrowingSegment(
      SegmentIdentity identity, CollectionSchema schema, int chunkShift, int scannedRows) {
    this(identity, schema, chunkShift, scannedRows, GraphRoom.UNLIMITED);
  }

  /**
   * @param chunkShift chunks have 2 to this power of rows; at least 6
   * @param scannedRows rows up to which searches only scan
   */
  GrowingSegment(
      SegmentIdentity identity,
      CollectionSchema schema,
      int chunkShift,
      int scannedRows,
      GraphRoom room) {
    this.identity = identity;
    this.written = schema;
    this.schema = schema;
    this.chunkShift = chunkShift;
    this.missing = new MissingColumns(1 << chunkShift);
    this.graphs = new GrowingGraphs(schema, scannedRows, room);
    this.reads = new HeldReads(identity.segmentId(), memory, parts -> view());
  }

  /**
   * Appends rows; they are visible to reads at or after the timestamp when this returns.
   *
   * @param batch columns of the schema's fields; a field it lacks gets its default or null
   * @param timestamp of all the rows, not before that of earlier rows
   * @param firstRowId of the first row; the next ones follow
   */
  public synchronized void append(RowBatch batch, long timestamp, long firstRowId) {
    if (timestamp < lastTimestamp) {
      throw new IllegalArgumentException(
          "rows of timestamp " + timestamp + " come after rows of " + lastTimestamp);
    }
    lastTimestamp = timestamp;
    int from = rows;
    for (int done = 0; done < batch.rows(); ) {
      GrowingChunk chunk = chunkWithRoom();
      int count = Math.min(chunk.room(), batch.rows() - done);
      chunk.append(batch, done, count, timestamp, firstRowId);
      done += count;
    }
    int to = from + batch.rows();
    if (to > from) {
      keys.add(keyColumn(from, to), from, to);
    }
    rows = to;
  }

  private GrowingChunk chunkWithRoom() {
    if (chunks.isEmpty() || chunks.getLast().room() == 0) {
      List<GrowingChunk> more = new ArrayList<>(chunks);
      more.add(spare == null ? newChunk(!chunks.isEmpty()) : spare);
      spare = null;
      chunks = List.copyOf(more);
    }
    return chunks.getLast();
  }

  private GrowingChunk newChunk(boolean full) {
    return new GrowingChunk(written, 1 << chunkShift, full, memory);
  }

  /**
   * Makes room for as many rows again, so that the next append need not wait for memory to be
   * cleared; for a moment when nobody waits.
   */
  public synchronized void makeRoom(int nextRows) {
    if (spare == null && !chunks.isEmpty() && chunks.getLast().room() < nextRows) {
      spare = newChunk(true);
    }
  }

  /** The keys of all rows below {@code to}, of which those below {@code from} were known before. */
  private ChunkedColumn keyColumn(int from, int to) {
    long keyField = written.primaryKey().id();
    List<GrowingChunk> now = chunks;
    keyChunks = Arrays.copyOf(keyChunks, now.size());
    for (int i = from >>> chunkShift; i < keyChunks.length; i++) {
      keyChunks[i] = now.get(i).view(keyField, Math.min(1 << chunkShift, to - (i << chunkShift)));
    }
    return new ChunkedColumn(keyChunks, chunkShift);
  }

  /** What has been published: the count is read first, the chunks hold at least these rows. */
  private GrowingView view() {
    int count = rows;
    List<GrowingChunk> now = chunks;
    CollectionSchema wanted = schema;
    List<GrowingRows> views = new ArrayList<>();
    for (int i = 0; i << chunkShift < count; i++) {
      int inChunk = Math.min(1 << chunkShift, count - (i << chunkShift));
      views.add(new GrowingRows(now.get(i), inChunk, wanted, missing));
    }
    return new GrowingView(count, chunkShift, views, written, wanted, keys, visibility, graphs);
  }

  @Override
  public synchronized void delete(Keys deletedKeys, long[] timestamps) {
    reads.run(view -> {
      RowDeletes.apply(view, deletedKeys, timestamps, deleted);
      return deletedKeys.size();
    });
  }

  /** Hides the rows of these keys that were written before the timestamp. */
  public void delete(Keys deletedKeys, long timestamp) {
    long[] timestamps = new long[deletedKeys.size()];
    Arrays.fill(timestamps, timestamp);
    delete(deletedKeys, timestamps);
  }

  @Override
  public long id() {
    return identity.segmentId();
  }

  @Override
  public List<SearchHits> search(SegmentSearch search, SearchHelp help) {
    return reads.search(search, help);
  }

  @Override
  public boolean quick(SegmentSearch search) {
    return search.quick(rows(), graphs.scanned(search.fieldId(), rows()));
  }

  @Override
  public Matches query(SegmentQuery query) {
    return reads.query(query);
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
    return rows;
  }

  /** Bytes of memory held by rows and graphs. */
  public long bytes() {
    return memory.allocatedBytes() + graphs.bytes();
  }

  /**
   * Writes all rows, with the deletes known of them, as the files of a sealed segment. Nothing may
   * be appended meanwhile; deletes may, and are in the files or not.
   *
   * @throws ElanusException IO_FAILED when the sink fails
   */
  public SegmentManifest flush(FileSink sink) {
    return reads.run(view -> {
      List<RowBatch> parts = new ArrayList<>();
      for (GrowingRows chunk : ((GrowingView) view).growingRows()) {
        parts.add(batch(chunk));
      }
      DeleteFile.Deletes deletes = RowDeletes.after(view, deleted, Long.MIN_VALUE);
      return SegmentWriter.write(identity, written, parts, deletes, sink);
    });
  }

  private RowBatch batch(GrowingRows chunk) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    columns.put(CollectionSchema.ROW_ID_FIELD, chunk.column(CollectionSchema.ROW_ID_FIELD));
    columns.put(CollectionSchema.TIMESTAMP_FIELD, chunk.column(CollectionSchema.TIMESTAMP_FIELD));
    written.fields().forEach(field -> columns.put(field.id(), chunk.column(field.id())));
    return new RowBatch(chunk.count(), columns);
  }

  /**
   * Says whether searches are to be expected: graphs are kept only then, and are gone when this
   * returns after a change to false. Indexes of the fields change only while none are expected.
   */
  public void serve(boolean expected) {
    if (expected) {
      graphs.serve();
    } else {
      graphs.drop();
    }
  }

  /** Whether enough rows have come for {@link #extendGraphs} to be worth a call; cheap. */
  public boolean graphsDue() {
    return graphs.due(rows);
  }

  /** Whether there are graphs, and searches of each field that has one scan few rows. */
  public boolean linked() {
    return graphs.cover(rows);
  }

  /**
   * Takes the rows there are into the graphs that searches walk instead of scanning, as far as
   * there is room. For a thread in the background, one at a time; searches and writes go on
   * meanwhile.
   *
   * @param indexes of the vector fields, by field; asked for at most once. A field without one, or
   *     with one that is exact, stays exact
   * @param stopped asked for every row; the graphs stay as far as they are then
   * @throws ElanusException SEGMENT_NOT_FOUND when the segment is closed
   */
  public void extendGraphs(Supplier<Map<Long, IndexSpec>> indexes, BooleanSupplier stopped) {
    reads.run(view -> {
      graphs.extend((GrowingView) view, indexes, stopped);
      return view.rows();
    });
  }

  @Override
  public void close() {
    reads.close();
    graphs.drop();
  }
}
