package io.elanus.node.streaming;

import io.elanus.index.IndexSpec;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.streaming.LogEntry.Part;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatchCodec;
import io.elanus.segment.FileSink;
import io.elanus.segment.GrowingSegment;
import io.elanus.segment.SealedSegment;
import io.elanus.segment.Segment;
import io.elanus.segment.SegmentIdentity;
import io.elanus.segment.SegmentManifest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A growing segment at its shard: its rows, where they stand in the log, and how far it is on its
 * way to files. Read by anyone. Changed by the channel's loop, before which recovery and after
 * which {@link #close} come, each of them alone. Beside the loop work only the flush ({@link
 * #write}) and the upkeep of graphs ({@link #extendGraphs}, {@link #giveUpGraphs}), which touch
 * nothing but the rows' own segment: that is safe for many threads, and both end with an error once
 * it is closed.
 */
final class Growing {
  private static final Duration GRAPH_RETRY = Duration.ofSeconds(5);

  private enum State {
    OPEN,
    SEALED,
    FLUSHED
  }

  private final SegmentIdentity identity;
  private final CollectionSchema schema;
  private final MemoryBudget budget;
  private final GrowingSegment arriving;
  private volatile Segment rows;
  private volatile @Nullable SealedSegment waitingFiles;
  private volatile State state = State.OPEN;
  private final FailureStreak graphFailures = new FailureStreak(GRAPH_RETRY);
  private volatile boolean discarded;
  private volatile boolean closed;
  private volatile long firstPosition;
  private volatile long lastPosition;
  private volatile long minTimestamp;
  private volatile long maxTimestamp;
  private volatile long chargedBytes;

  Growing(SegmentIdentity identity, CollectionSchema schema, MemoryBudget budget) {
    this.identity = identity;
    this.schema = schema;
    this.budget = budget;
    this.arriving = new GrowingSegment(identity, schema, budget);
    this.rows = arriving;
  }

  long id() {
    return identity.segmentId();
  }

  String channel() {
    return identity.channel();
  }

  long partitionId() {
    return identity.partitionId();
  }

  long collectionId() {
    return identity.collectionId();
  }

  CollectionSchema schema() {
    return schema;
  }

  /** The rows, for reads; a closed one answers SEGMENT_NOT_FOUND. */
  Segment segment() {
    return rows;
  }

  int rows() {
    return rows.rows();
  }

  long bytes() {
    return chargedBytes;
  }

  boolean open() {
    return state == State.OPEN;
  }

  boolean flushed() {
    return state == State.FLUSHED;
  }

  /** Whether the rows were dropped: they must not be published. */
  boolean discarded() {
    return discarded;
  }

  /** Position of the record that created it: replay from there finds all of its rows. */
  long firstPosition() {
    return firstPosition;
  }

  long minTimestamp() {
    return minTimestamp;
  }

  /** Of its newest row; 0 while it has none. */
  long maxTimestamp() {
    return maxTimestamp;
  }

  /** Where its first record is, and the record after. */
  void startsAt(long position, long after) {
    firstPosition = position;
    lastPosition = after;
  }

  /** Appends rows; the bytes charged for them. */
  long append(Part part, long timestamp, long positionAfter) {
    arriving.append(part.batch(), timestamp, part.firstRowId());
    if (minTimestamp == 0) {
      minTimestamp = timestamp;
    }
    maxTimestamp = timestamp;
    lastPosition = positionAfter;
    long bytes = RowBatchCodec.encodedBytes(part.batch());
    chargedBytes = chargedBytes + bytes;
    return bytes;
  }

  /** Loop only: for as many rows as came last, while nobody waits. */
  void makeRoom(int nextRows) {
    if (open()) {
      arriving.makeRoom(nextRows);
    }
  }

  void delete(Keys keys, long timestamp) {
    long[] timestamps = new long[keys.size()];
    Arrays.fill(timestamps, timestamp);
    rows.delete(keys, timestamps);
    SealedSegment waiting = waitingFiles;
    if (waiting != null) {
      waiting.delete(keys, timestamps);
    }
  }

  void changeSchema(CollectionSchema newSchema) {
    rows.changeSchema(newSchema);
    SealedSegment waiting = waitingFiles;
    if (waiting != null) {
      waiting.changeSchema(newSchema);
    }
  }

  /** Whether searches are to be expected from now on; graphs are kept only then. */
  void serve(boolean expected) {
    arriving.serve(expected);
  }

  /** Whether a call of {@link #extendGraphs} is worth it: not for rows on their way to files. */
  boolean graphsDue() {
    return open() && arriving.graphsDue();
  }

  /** Background: links the rows there are; ends at once when the segment is sealed or closed. */
  void extendGraphs(Supplier<Map<Long, IndexSpec>> indexes, BooleanSupplier stopped) {
    arriving.extendGraphs(indexes, () -> !open() || stopped.getAsBoolean());
  }

  /** Of attempts to extend the graphs. */
  FailureStreak graphFailures() {
    return graphFailures;
  }

  /** Background: the rows are scanned until they are loaded again. */
  void giveUpGraphs() {
    arriving.serve(false);
  }

  void seal() {
    if (state == State.OPEN) {
      state = State.SEALED;
    }
  }

  void markFlushed() {
    state = State.FLUSHED;
  }

  /** Whether most of the rows in memory are found by walking a graph. */
  boolean linked() {
    return rows == arriving && arriving.linked();
  }

  /**
   * Goes on serving the rows from memory; their files, which it owns from now on and which learn
   * the same deletes, wait for {@link #giveWay}.
   */
  void keepBeside(SealedSegment files) {
    waitingFiles = files;
  }

  /** Whether rows are in memory that files could serve at any time. */
  boolean kept() {
    return waitingFiles != null;
  }

  /** Serves rows that were kept in memory from their files. */
  void giveWay() {
    SealedSegment waiting = waitingFiles;
    if (waiting != null) {
      waitingFiles = null;
      serveFrom(waiting);
    }
  }

  /** Serves the rows from their files from now on, so that their memory is free. */
  void serveFrom(SealedSegment files) {
    rows = files;
    arriving.close();
    budget.release(chargedBytes);
    chargedBytes = 0;
  }

  void markDiscarded() {
    discarded = true;
  }

  /** The rows are served from elsewhere; running reads end undisturbed. */
  void letGo() {
    rows.close();
    SealedSegment waiting = waitingFiles;
    if (waiting != null) {
      waitingFiles = null;
      waiting.close();
    }
    budget.release(chargedBytes);
    chargedBytes = 0;
  }

  /**
   * For whoever ends the channel, once its loop has ended: the rows are let go, and not written
   * either.
   */
  void close() {
    closed = true;
    letGo();
  }

  /** The rows are gone for good. */
  void discard() {
    discarded = true;
    letGo();
  }

  /**
   * For the flush: writes the rows as files.
   *
   * @param writing names the folder, so that a repeated flush never meets files of an earlier one
   * @param deletesAppliedUpTo every delete up to this timestamp has been applied to the rows
   * @throws ElanusException CHANNEL_NOT_AVAILABLE after {@link #close}
   */
  Segments.Segment write(SegmentObjects files, String writing, long deletesAppliedUpTo) {
    String folder =
        ObjectLayout.segment(identity.collectionId(), identity.segmentId()) + writing + "/";
    SegmentManifest manifest = flush(files.sink(folder));
    String manifestKey = files.writeManifest(folder, manifest);
    return describe(
        Segments.State.FLUSHED, manifest.rows(), manifest.bytes(), manifestKey, deletesAppliedUpTo);
  }

  private SegmentManifest flush(FileSink sink) {
    try {
      return arriving.flush(sink);
    } catch (ElanusException failed) {
      if (closed && failed.code() == ErrorCode.SEGMENT_NOT_FOUND) {
        throw new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE, "the channel was closed before a flush", failed);
      }
      throw failed;
    }
  }

  /** What others may know of it while it is in memory. */
  Segments.Segment describe() {
    Segments.State shown =
        switch (state) {
          case OPEN -> Segments.State.GROWING;
          case SEALED -> Segments.State.SEALED;
          case FLUSHED -> Segments.State.FLUSHED;
        };
    return describe(shown, rows.rows(), chargedBytes, "", 0);
  }

  private Segments.Segment describe(
      Segments.State shown, long rowCount, long bytes, String manifest, long deletesAppliedUpTo) {
    return new Segments.Segment(
        identity.segmentId(),
        identity.collectionId(),
        identity.partitionId(),
        identity.channel(),
        shown,
        schema.version(),
        rowCount,
        bytes,
        manifest,
        firstPosition,
        lastPosition,
        minTimestamp,
        maxTimestamp,
        deletesAppliedUpTo,
        List.of());
  }
}
