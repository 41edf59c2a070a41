package io.elanus.s3;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.disk.LocalDisk;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies objects into files by ranges of a part's size, four at a time for a copy and eight for all
 * copies of a store. All ranges are of one version of the object.
 */
final class S3Download {
  private static final int MOST_OF_A_COPY = 4;
  private static final int MOST_AT_ONCE = 8;

  private final S3Bucket bucket;
  private final PartMemory memory;
  private final Disk disk = new LocalDisk();
  private final Semaphore slots = new Semaphore(MOST_AT_ONCE);

  S3Download(S3Bucket bucket, PartMemory memory) {
    this.bucket = bucket;
    this.memory = memory;
  }

  /** The first range tells how many there are. */
  void copy(String key, Path target, LongConsumer size) {
    ObjectHead object = copyFirst(key, target, size);
    long sizeBytes = object.sizeBytes();
    long left = Math.ceilDiv(sizeBytes, memory.partBytes()) - 1;
    var next = new AtomicLong(memory.partBytes());
    Optional<String> version = object.version();
    List<BegunTask<Long>> workers = new ArrayList<>();
    for (int i = 0; i < Math.min(left, MOST_OF_A_COPY); i++) {
      workers.add(
          BegunTask.start("s3-copy", () -> copyRanges(key, target, sizeBytes, next, version)));
    }
    awaitAll(workers, () -> next.set(sizeBytes));
  }

  private ObjectHead copyFirst(String key, Path target, LongConsumer size) {
    slots.acquireUninterruptibly();
    ByteBuffer part = memory.take(memory.partBytes());
    try {
      ObjectHead object = bucket.readBeginning(key, part);
      size.accept(object.sizeBytes());
      try (DiskFile file = disk.open(target, Disk.Mode.CREATE)) {
        if (part.hasRemaining()) {
          file.write(part, 0);
        }
      }
      return object;
    } finally {
      memory.giveBack(part);
      slots.release();
    }
  }

  /** Takes range after range until none is left; how many it took. */
  private long copyRanges(
      String key, Path target, long sizeBytes, AtomicLong next, Optional<String> version) {
    try (DiskFile file = disk.open(target, Disk.Mode.WRITE)) {
      for (long taken = 0; ; taken++) {
        long offset = next.getAndAdd(memory.partBytes());
        if (offset >= sizeBytes) {
          return taken;
        }
        copyRange(
            key, file, offset, (int) Math.min(memory.partBytes(), sizeBytes - offset), version);
      }
    }
  }

  private void copyRange(
      String key, DiskFile file, long offset, int length, Optional<String> version) {
    slots.acquireUninterruptibly();
    ByteBuffer part = memory.take(memory.partBytes());
    try {
      ByteBuffer range = part.slice(0, length);
      bucket.read(key, offset, range, version);
      file.write(range, offset);
    } finally {
      memory.giveBack(part);
      slots.release();
    }
  }

  /** Waits for all, so that nobody writes any more; the first failure ends the copy. */
  private static void awaitAll(List<BegunTask<Long>> workers, Runnable end) {
    @Nullable ElanusException first = null;
    for (BegunTask<Long> worker : workers) {
      try {
        worker.await();
      } catch (ElanusException failure) {
        end.run();
        first = first == null ? failure : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
