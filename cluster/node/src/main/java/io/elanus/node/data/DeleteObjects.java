package io.elanus.node.data;

import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.Segments;
import io.elanus.schema.Keys;
import io.elanus.segment.DeleteFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Delete files of shards: {@code deletes/<channel>/<uuid>}, or {@code
 * deletes/<channel>/partition-<id>/<uuid>} for deletes that reach one partition only. The bytes are
 * those of {@link DeleteFile}.
 */
public final class DeleteObjects {
  private static final String PARTITION = "partition-";

  private final ObjectStore objects;

  public DeleteObjects(ObjectStore objects) {
    this.objects = objects;
  }

  /** Writes a new delete file. */
  public Segments.DeleteFile write(
      String channel, Optional<Long> partition, Keys keys, long[] timestamps) {
    String key =
        "deletes/"
            + channel
            + "/"
            + partition.map(id -> PARTITION + id + "/").orElse("")
            + UUID.randomUUID();
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
    Optional<Long> partition = partition(file.object());
    return file.maxTimestamp() > segment.deletesAppliedUpTo()
        && file.maxTimestamp() > segment.minTimestamp()
        && (partition.isEmpty() || partition.get() == segment.partitionId());
  }

  /** The only partition that the deletes of a file reach; empty: all. */
  static Optional<Long> partition(String object) {
    String[] names = object.split("/", -1);
    return names.length == 4 && names[2].startsWith(PARTITION)
        ? Optional.of(Long.parseLong(names[2].substring(PARTITION.length())))
        : Optional.empty();
  }
}
