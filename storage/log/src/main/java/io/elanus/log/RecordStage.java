package io.elanus.log;

import io.elanus.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Gathers headers and payloads of a group in one buffer outside of the heap and writes it whenever
 * it is full: the JDK would copy payloads on the heap anyway, into a buffer per payload that it
 * then keeps. Large payloads outside of the heap are not copied.
 */
final class RecordStage {
  private static final int STAGE_BYTES = 256 << 10;

  private final ByteBuffer stage =
      ByteBuffer.allocateDirect(STAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Forgets what is staged. */
  void clear() {
    stage.clear();
  }

  /**
   * Adds a record whose staged bytes belong at {@code offset} of the file; the offset behind it.
   */
  long add(DiskFile file, long offset, RecordHeader header, ByteBuffer payload) {
    long at = ensureRoom(file, offset, RecordHeader.BYTES);
    header.encode(stage);
    at =
        payload.isDirect() && payload.remaining() > STAGE_BYTES
            ? writePast(file, at, payload)
            : copy(file, at, payload);
    int padding = (int) (header.recordBytes() - RecordHeader.BYTES - header.payloadBytes());
    at = ensureRoom(file, at, padding);
    for (int count = 0; count < padding; count++) {
      stage.put((byte) 0);
    }
    return at;
  }

  private long copy(DiskFile file, long offset, ByteBuffer payload) {
    long at = offset;
    ByteBuffer rest = payload.duplicate();
    while (rest.hasRemaining()) {
      at = ensureRoom(file, at, 1);
      int part = Math.min(stage.remaining(), rest.remaining());
      stage.put(stage.position(), rest, rest.position(), part);
      stage.position(stage.position() + part);
      rest.position(rest.position() + part);
    }
    return at;
  }

  /** Writes what is staged, then a large payload from where it lies. */
  private long writePast(DiskFile file, long offset, ByteBuffer payload) {
    long at = flush(file, offset);
    file.write(payload.duplicate(), at);
    return at + payload.remaining();
  }

  /** Writes what is staged at {@code offset}; the offset behind it. */
  long flush(DiskFile file, long offset) {
    int length = stage.position();
    if (length > 0) {
      file.write(stage.flip(), offset);
    }
    stage.clear();
    return offset + length;
  }

  private long ensureRoom(DiskFile file, long offset, int bytes) {
    return stage.remaining() < bytes ? flush(file, offset) : offset;
  }
}
