package io.elanus.node.data;

import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.FanOut;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.schema.Keys;
import io.elanus.segment.DeleteFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Delete files of shards. The bytes are those of {@link DeleteFile}. */
public final class DeleteObjects {
  private static final int MOST_KEPT_BYTES = 64 << 10;
  private static final int MOST_KEPT_FILES = 256;

  private final ObjectStore objects;

  /**
   * Small files that were read last, by object: each is read for many segments of its shard, all at
   * once when a node takes over from another.
   */
  private final Map<String, Future<DeleteFile.Deletes>> kept = new LinkedHashMap<>(16, 0.75f, true);

  public DeleteObjects(ObjectStore objects) {
    this.objects = objects;
  }

  /**
   * Writes a new delete file.
   *
   * @param writing see {@link ObjectLayout}; has no file for this channel and partition yet
   */
  public Segments.DeleteFile write(
      String channel, Optional<Long> partition, Keys keys, long[] timestamps, String writing) {
    String key = ObjectLayout.deletes(channel, partition, writing);
    try (ObjectWriter writer = objects.create(key)) {
      writer.write(ByteBuffer.wrap(DeleteFile.encode(new DeleteFile.Deletes(keys, timestamps))));
      writer.commit();
    }
    long minimum = Long.MAX_VALUE;
    long maximum = 0;
    for (long timestamp : timestamps) {
      minimum = Math.min(minimum, timestamp);
      maximum = Math.max(maximum, timestamp);
    }
    return new Segments.DeleteFile(key, channel, timestamps.length, minimum, maximum);
  }

  /** The deletes that may concern a segment of these files, one element a file. */
  public List<DeleteFile.Deletes> read(Segments.Segment segment, List<Segments.DeleteFile> files) {
    List<DeleteFile.Deletes> deletes = new ArrayList<>();
    for (Segments.DeleteFile file : files) {
      if (concerns(file, segment)) {
        deletes.add(FanOut.await(kept(file.object())));
      }
    }
    return deletes;
  }

  /** Fetched by whoever asks for it first. */
  private Future<DeleteFile.Deletes> kept(String object) {
    var task = new FutureTask<>(() -> fetch(object));
    Future<DeleteFile.Deletes> first;
    synchronized (kept) {
      first = kept.computeIfAbsent(object, absent -> task);
      if (kept.size() > MOST_KEPT_FILES) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    if (first == task) {
      task.run();
      if (task.state() == Future.State.FAILED) {
        drop(object);
      }
    }
    return first;
  }

  private DeleteFile.Deletes fetch(String object) {
    MemorySegment content = MemorySegment.ofBuffer(objects.readAll(object));
    DeleteFile.Deletes deletes = DeleteFile.decode(object, content);
    if (content.byteSize() > MOST_KEPT_BYTES) {
      drop(object);
    }
    return deletes;
  }

  private void drop(String object) {
    synchronized (kept) {
      kept.remove(object);
    }
  }

  private static boolean concerns(Segments.DeleteFile file, Segments.Segment segment) {
    Optional<Long> partition = ObjectLayout.partitionOfDeletes(file.object());
    return file.maxTimestamp() > segment.deletesAppliedUpTo()
        && file.maxTimestamp() > segment.minTimestamp()
        && (partition.isEmpty() || partition.get() == segment.partitionId());
  }
}
