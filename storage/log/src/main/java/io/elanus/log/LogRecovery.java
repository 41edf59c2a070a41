package io.elanus.log;

import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the end of a log in its last file and makes it safe to write on.
 *
 * <p>Headers are walked to the first place that holds none; payloads are checked only in the last
 * group, the only one that may have been torn. What stands behind is looked through: a record of a
 * later group there means that the broken place is damage and is reported; anything else are
 * remains of a write that was never acknowledged and are cut off. The last group is written again
 * and forced, since the process may have died between its write and its force, or after a failed
 * force that left bytes readable without being durable.
 */
final class LogRecovery {
  private static final int CHUNK_BYTES = 256 << 10;

  private final DiskFile file;
  private final long startPosition;
  private final long limitPosition;
  private final List<RecordHeader> lastGroup = new ArrayList<>();
  private long endPosition;
  private long epoch;
  private boolean tornRemains;

  /**
   * @param endPosition after the last durable record
   * @param epoch the greatest in this file
   * @param closed whether the log had been closed in good order
   */
  record Tail(long endPosition, long epoch, boolean closed) {}

  private LogRecovery(DiskFile file, FileHeader header) {
    this.file = file;
    this.startPosition = header.startPosition();
    this.endPosition = startPosition;
    this.epoch = header.epoch();
    this.limitPosition = startPosition + file.sizeBytes() - FileHeader.BYTES;
  }

  /** Recovers the last file of a log, opened for writing; writes only when it must. */
  static Tail recover(DiskFile file, FileHeader header) {
    var recovery = new LogRecovery(file, header);
    var window = new RecordWindow(file, header.startPosition(), RecordWindow.WALKER_BYTES);
    recovery.walkHeaders(window);
    recovery.checkLastGroup(window);
    recovery.searchBehindEnd(window);
    boolean closed =
        !recovery.lastGroup.isEmpty() && recovery.lastGroup.getLast().kind() == RecordHeader.CLOSE;
    recovery.repair(closed);
    return new Tail(recovery.endPosition, recovery.epoch, closed);
  }

  private void walkHeaders(RecordWindow window) {
    RecordHeader header;
    while ((header = window.header(endPosition, limitPosition)) != null) {
      if (header.kind() == RecordHeader.ROLL) {
        throw new ElanusException(ErrorCode.DATA_INTEGRITY, "log file is missing")
            .with("after", file.path())
            .with("position", endPosition);
      }
      if (!lastGroup.isEmpty() && lastGroup.getLast().group() != header.group()) {
        lastGroup.clear();
      }
      lastGroup.add(header);
      epoch = Math.max(epoch, header.epoch());
      endPosition = header.nextPosition();
    }
  }

  private void checkLastGroup(RecordWindow window) {
    for (int ordinal = 0; ordinal < lastGroup.size(); ordinal++) {
      RecordHeader header = lastGroup.get(ordinal);
      if (window.payload(header, limitPosition) == null) {
        endPosition = header.position();
        lastGroup.subList(ordinal, lastGroup.size()).clear();
        return;
      }
    }
  }

  private void searchBehindEnd(RecordWindow window) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    MemorySegment read = MemorySegment.ofBuffer(chunk);
    MemorySegment zeros = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(CHUNK_BYTES));
    long chunkPosition = endPosition;
    int count;
    while ((count = readChunk(chunk, chunkPosition)) > 0) {
      if (MemorySegment.mismatch(read, 0, count, zeros, 0, count) >= 0) {
        tornRemains = true;
        searchChunk(window, chunkPosition, count);
      }
      chunkPosition += count;
    }
  }

  private int readChunk(ByteBuffer chunk, long position) {
    chunk.clear();
    int count = file.read(chunk, RecordWindow.offsetOf(position, startPosition));
    chunk.flip();
    return count;
  }

  /** Fails when a record that begins in the chunk proves that the end was once durable. */
  private void searchChunk(RecordWindow window, long chunkPosition, int count) {
    for (int index = 0; index < count; index += RecordHeader.ALIGNMENT) {
      RecordHeader header = window.header(chunkPosition + index, limitPosition);
      if (header != null && header.group() > endPosition) {
        throw window.damaged(endPosition).with("laterRecord", header.position());
      }
    }
  }

  private void repair(boolean closed) {
    boolean rewrite = !closed && !lastGroup.isEmpty();
    if (!tornRemains && !rewrite) {
      return;
    }
    Failpoints.hit("log.recover.beforeRepair");
    if (tornRemains) {
      file.truncate(RecordWindow.offsetOf(endPosition, startPosition));
    }
    if (rewrite) {
      rewrite(lastGroup.getFirst().position());
    }
    file.force(true);
  }

  private void rewrite(long fromPosition) {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (long position = fromPosition; position < endPosition; position += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, endPosition - position));
      long offset = RecordWindow.offsetOf(position, startPosition);
      file.read(chunk, offset);
      file.write(chunk.flip(), offset);
    }
  }
}
