package io.elanus.node.data;

import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.schema.Keys;
import io.elanus.segment.DeleteFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Delete files of shards. The bytes are those of {@link DeleteFile}. */
public final class DeleteObjects {
  private final ObjectStore objects;

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
        int bytes = Math.toIntExact(objects.size(file.object()));
        MemorySegment content = MemorySegment.ofBuffer(objects.read(file.object(), 0, bytes));
        deletes.add(DeleteFile.decode(file.object(), content));
      }
    }
    return deletes;
  }

  private static boolean concerns(Segments.DeleteFile file, Segments.Segment segment) {
    Optional<Long> partition = ObjectLayout.partitionOfDeletes(file.object());
    return file.maxTimestamp() > segment.deletesAppliedUpTo()
        && file.maxTimestamp() > segment.minTimestamp()
        && (partition.isEmpty() || partition.get() == segment.partitionId());
  }
}
