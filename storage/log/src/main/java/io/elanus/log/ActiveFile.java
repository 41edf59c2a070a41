package io.elanus.log;

import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import java.nio.ByteBuffer;
import java.util.List;

/** The file that a log writes to. Holds no policy: what a failure means is the log's decision. */
final class ActiveFile implements AutoCloseable {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final DiskFile file;
  private final long startPosition;
  private long preparedBytes;
  private long endPosition;

  /**
   * @param preparedBytes size up to which the file is filled with zeros, 0 when it is not
   * @param endPosition where the next record goes
   */
  ActiveFile(DiskFile file, long startPosition, long preparedBytes, long endPosition) {
    this.file = file;
    this.startPosition = startPosition;
    this.preparedBytes = preparedBytes;
    this.endPosition = endPosition;
  }

  DiskFile file() {
    return file;
  }

  long endPosition() {
    return endPosition;
  }

  long startPosition() {
    return startPosition;
  }

  boolean isPrepared() {
    return preparedBytes > 0;
  }

  long usedBytes() {
    return RecordWindow.offsetOf(endPosition, startPosition);
  }

  boolean isEmpty() {
    return endPosition == startPosition;
  }

  /** Whether records of so many bytes still belong into this file. */
  boolean hasRoom(long bytes, long plainLimitBytes) {
    return isEmpty() || usedBytes() + bytes <= (isPrepared() ? preparedBytes : plainLimitBytes);
  }

  boolean isHalfFull() {
    return usedBytes() > preparedBytes / 2;
  }

  /**
   * Writes and forces the payloads in groups. The end moves only when all of them are durable.
   *
   * @param positions [payloads] written here
   */
  void append(
      RecordStage stage,
      int kind,
      long epoch,
      List<ByteBuffer> payloads,
      int groupBytes,
      long[] positions) {
    Failpoints.hit("log.append.beforeWrite");
    stage.clear();
    long position = endPosition;
    long group = position;
    long offset = RecordWindow.offsetOf(position, startPosition);
    for (int ordinal = 0; ordinal < positions.length; ordinal++) {
      ByteBuffer payload = payloads.get(ordinal);
      long next = position + RecordHeader.recordBytes(payload.remaining());
      if (position > group && next - group > groupBytes) {
        offset = force(stage, offset);
        group = position;
      }
      var header =
          new RecordHeader(
              payload.remaining(), RecordHeader.crcOf(payload), position, group, epoch, kind);
      offset = stage.add(file, offset, header, payload);
      positions[ordinal] = position;
      position = next;
    }
    force(stage, offset);
    endPosition = position;
  }

  private long force(RecordStage stage, long offset) {
    long next = stage.flush(file, offset);
    Failpoints.hit("log.append.beforeSync");
    file.force(false);
    Failpoints.hit("log.append.afterSync");
    return next;
  }

  /** Removes the remains of a failed write; from then on the file grows by appending. */
  void cutTail() {
    file.truncate(usedBytes());
    file.force(true);
    preparedBytes = 0;
  }

  /** Notes that a later file exists, so that its loss would be seen; does not move the end. */
  void markRolled(RecordStage stage, long epoch) {
    stage.clear();
    var header =
        new RecordHeader(
            0, RecordHeader.crcOf(EMPTY), endPosition, endPosition, epoch, RecordHeader.ROLL);
    stage.flush(file, stage.add(file, usedBytes(), header, EMPTY));
    file.force(false);
  }

  @Override
  public void close() {
    file.close();
  }
}
