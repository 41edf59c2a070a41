package io.elanus.node.streaming;

import io.elanus.disk.Failpoints;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.segment.SealedSegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one flush of a channel makes durable: sealed segments, and the deletes of every shard that
 * were buffered when it began. What was written is kept, so that a repeated attempt only publishes.
 */
final class FlushRound {
  private final List<Growing> segments;
  private final Map<Shard, List<DeleteBuffer.Batch>> deletes;
  private final long deletesAppliedUpTo;
  private final Map<Growing, Segments.Segment> writtenSegments = new LinkedHashMap<>();
  private final Map<Shard, List<Segments.DeleteFile>> writtenDeletes = new LinkedHashMap<>();

  /**
   * @param deletesAppliedUpTo the growing rows know every delete up to this timestamp
   */
  FlushRound(
      List<Growing> segments,
      Map<Shard, List<DeleteBuffer.Batch>> deletes,
      long deletesAppliedUpTo) {
    this.segments = List.copyOf(segments);
    this.deletes = Map.copyOf(deletes);
    this.deletesAppliedUpTo = deletesAppliedUpTo;
  }

  List<Growing> segments() {
    return segments;
  }

  Iterable<Shard> shardsWithDeletes() {
    return deletes.keySet();
  }

  void writeObjects(SegmentObjects files, DeleteObjects deleteFiles, String writing) {
    Failpoints.hit("streaming.flush.beforeObjects");
    for (Growing growing : segments) {
      if (!growing.discarded() && !writtenSegments.containsKey(growing)) {
        write(growing, files, writing);
      }
    }
    deletes.forEach((shard, batches) -> {
      if (!shard.dropped() && !writtenDeletes.containsKey(shard)) {
        writtenDeletes.put(shard, write(shard, batches, deleteFiles, writing));
      }
    });
  }

  private void write(Growing growing, SegmentObjects files, String writing) {
    try {
      writtenSegments.put(growing, growing.write(files, writing, deletesAppliedUpTo));
    } catch (ElanusException failed) {
      if (!growing.discarded()) {
        throw failed;
      }
    }
  }

  /** The files of a segment that was written, mapped with the deletes up to the round. */
  SealedSegment open(Growing growing, SegmentObjects files) {
    Segments.Segment written = writtenSegments.get(growing);
    if (written == null) {
      throw new ElanusException(ErrorCode.SEGMENT_NOT_FOUND).with("segment", growing.id());
    }
    return SealedSegment.open(
        files.manifest(written.manifest()),
        growing.schema(),
        Set.of(),
        files.source(SegmentObjects.folderOf(written.manifest())));
  }

  long deletesAppliedUpTo() {
    return deletesAppliedUpTo;
  }

  /** Segments to publish: those that still exist. */
  List<Segments.Segment> writtenSegments() {
    List<Segments.Segment> written = new ArrayList<>();
    writtenSegments.forEach((growing, segment) -> {
      if (!growing.discarded()) {
        written.add(segment);
      }
    });
    return written;
  }

  List<Segments.DeleteFile> writtenDeletes() {
    List<Segments.DeleteFile> written = new ArrayList<>();
    writtenDeletes.forEach((shard, files) -> {
      if (!shard.dropped()) {
        written.addAll(files);
      }
    });
    return written;
  }

  /** One file for deletes that reach all partitions, and one for each partition of the others. */
  private static List<Segments.DeleteFile> write(
      Shard shard, List<DeleteBuffer.Batch> batches, DeleteObjects deleteFiles, String writing) {
    Map<Optional<Long>, List<DeleteBuffer.Batch>> byPartition = new LinkedHashMap<>();
    for (DeleteBuffer.Batch batch : batches) {
      byPartition.computeIfAbsent(batch.partition(), id -> new ArrayList<>()).add(batch);
    }
    List<Segments.DeleteFile> files = new ArrayList<>();
    byPartition.forEach((partition, some) ->
        files.add(
            deleteFiles.write(shard.channel(), partition, keys(some), timestamps(some), writing)));
    return files;
  }

  private static Keys keys(List<DeleteBuffer.Batch> batches) {
    List<Keys> pieces = batches.stream().map(DeleteBuffer.Batch::keys).toList();
    return Keys.joined(pieces, pieces.getFirst() instanceof Keys.Texts);
  }

  private static long[] timestamps(List<DeleteBuffer.Batch> batches) {
    long[] timestamps = new long[batches.stream().mapToInt(batch -> batch.keys().size()).sum()];
    int at = 0;
    for (DeleteBuffer.Batch batch : batches) {
      for (int i = 0; i < batch.keys().size(); i++) {
        timestamps[at++] = batch.timestamp();
      }
    }
    return timestamps;
  }
}
