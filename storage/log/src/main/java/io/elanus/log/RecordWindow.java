package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the records of one file through a small window, so that small ones cost no call each. */
final class RecordWindow implements AutoCloseable {
  private static final int WINDOW_BYTES = 64 << 10;

  private final DiskFile file;
  private final long startPosition;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowOffset;

  RecordWindow(DiskFile file, long startPosition) {
    this.file = file;
    this.startPosition = startPosition;
  }

  /** Opens a log file for reading and checks its header. */
  static RecordWindow open(Disk disk, Path path, long startPosition) {
    DiskFile file = disk.open(path, Disk.Mode.READ);
    boolean whole = false;
    try {
      FileHeader.read(file, startPosition);
      whole = true;
      return new RecordWindow(file, startPosition);
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  long startPosition() {
    return startPosition;
  }

  /** Where in the file a log position stands. */
  static long offsetOf(long position, long startPosition) {
    return position - startPosition + FileHeader.BYTES;
  }

  /**
   * The header at a position.
   *
   * @param limitPosition bytes from there on are not looked at; they may still change
   * @return null when there is no whole record
   */
  @Nullable RecordHeader header(long position, long limitPosition) {
    if (limitPosition - position < RecordHeader.BYTES) {
      return null;
    }
    int index = fill(position, RecordHeader.BYTES, limitPosition);
    if (index < 0) {
      return null;
    }
    RecordHeader header = RecordHeader.decode(window, index, position);
    return header == null || header.nextPosition() > limitPosition ? null : header;
  }

  /** The payload after a header, or null when its checksum does not fit. */
  @Nullable ByteBuffer payload(RecordHeader header, long limitPosition) {
    ByteBuffer payload = ByteBuffer.allocate(header.payloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long position = header.position() + RecordHeader.BYTES;
    int index =
        header.payloadBytes() <= WINDOW_BYTES
            ? fill(position, header.payloadBytes(), limitPosition)
            : -1;
    if (index >= 0) {
      payload.put(0, window, index, header.payloadBytes());
    } else {
      file.read(payload, offsetOf(position, startPosition));
      payload.rewind();
    }
    return RecordHeader.crcOf(payload) == header.payloadCrc() ? payload : null;
  }

  ElanusException damaged(long position) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "log record is damaged")
        .with("file", file.path())
        .with("offset", offsetOf(position, startPosition))
        .with("position", position);
  }

  /** Index in the window of the bytes at a position, or -1 when the file does not have them. */
  private int fill(long position, int length, long limitPosition) {
    long offset = offsetOf(position, startPosition);
    if (offset < windowOffset || offset + length > windowOffset + window.limit()) {
      window.clear().limit((int) Math.min(WINDOW_BYTES, limitPosition - position));
      windowOffset = offset;
      window.limit(file.read(window, offset));
    }
    long index = offset - windowOffset;
    return index + length <= window.limit() ? (int) index : -1;
  }

  @Override
  public void close() {
    file.close();
  }
}
