package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one file through a window off the heap, so that small ones cost no call each
 * and large ones are copied once, by the read.
 */
final class RecordWindow implements AutoCloseable {
  /** For those who read all payloads. */
  static final int READER_BYTES = 512 << 10;

  /** For those who skip from header to header. */
  static final int WALKER_BYTES = 16 << 10;

  private final DiskFile file;
  private final long startPosition;
  private ByteBuffer window;
  private long windowOffset;

  /**
   * @param windowBytes read at once; grows to the largest payload that is asked for
   */
  RecordWindow(DiskFile file, long startPosition, int windowBytes) {
    this.file = file;
    this.startPosition = startPosition;
    this.window = allocate(windowBytes).limit(0);
  }

  /** Opens a log file for reading and checks its header. */
  static RecordWindow open(Disk disk, Path path, long startPosition) {
    DiskFile file = disk.open(path, Disk.Mode.READ);
    boolean whole = false;
    try {
      FileHeader.read(file, startPosition);
      whole = true;
      return new RecordWindow(file, startPosition, READER_BYTES);
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
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

  /**
   * The payload after a header, in the window: it stays until the window is used again. Null when
   * its checksum does not fit.
   */
  @Nullable ByteBuffer payload(RecordHeader header, long limitPosition) {
    long position = header.position() + RecordHeader.BYTES;
    int index = fill(position, header.payloadBytes(), limitPosition);
    if (index < 0) {
      return null;
    }
    ByteBuffer payload = window.slice(index, header.payloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
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
      moveTo(offset, length, limitPosition - position);
    }
    long index = offset - windowOffset;
    return index + length <= window.limit() ? (int) index : -1;
  }

  /** Reads on from an offset; bytes that the window has of there are not read again. */
  private void moveTo(long offset, int length, long availableBytes) {
    ByteBuffer target = length > window.capacity() ? allocate(length) : window;
    int kept = 0;
    long index = offset - windowOffset;
    if (index >= 0 && index < window.limit()) {
      kept = (int) Math.min(window.limit() - index, availableBytes);
      ByteBuffer known = window.duplicate().limit((int) index + kept).position((int) index);
      target.clear();
      target.put(0, known, (int) index, kept);
    }
    target.limit((int) Math.min(target.capacity(), availableBytes)).position(kept);
    int count = file.read(target, offset + kept);
    target.position(0).limit(kept + count);
    window = target;
    windowOffset = offset;
  }

  @Override
  public void close() {
    file.close();
  }
}
