package io.elanus.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header before every payload of a local log file. Little-endian:
 *
 * <pre>
 *  0  u32  magic 0x43455245 ("EREC")
 *  4  u32  CRC32C of bytes 8 to 47
 *  8  u32  CRC32C of the payload
 * 12  i32  payload bytes, unpadded
 * 16  i64  position of this record in the log
 * 24  i64  position of the first record of its group
 * 32  i64  epoch of the writer
 * 40  u32  kind: 0 data, 1 fence, 2 close, 3 roll
 * 44  u32  0
 * 48       payload, then zeros up to a multiple of 8
 * </pre>
 *
 * <p>A group is written only after the group before it was forced. So a valid record whose group
 * begins after a broken place proves that the broken place was once durable: damage, not a torn
 * tail. Position and checksum in the header let one be recognised anywhere, without trusting what
 * stands before it.
 *
 * @param payloadBytes unpadded
 * @param payloadCrc CRC32C
 * @param position of this record
 * @param group position of the first record of the group
 * @param epoch of the writer
 * @param kind one of the constants
 */
record RecordHeader(
    int payloadBytes, int payloadCrc, long position, long group, long epoch, int kind) {
  static final int BYTES = 48;
  static final int ALIGNMENT = 8;
  static final int MAGIC = 0x43455245;

  static final int DATA = 0;

  /** Carries only an epoch. */
  static final int FENCE = 1;

  /** The log was closed in good order after everything before it had been forced. */
  static final int CLOSE = 2;

  /** A later file exists; stands at the position where that one begins. */
  static final int ROLL = 3;

  private static final int CHECKED_FROM = 8;

  /** Bytes of a whole record. */
  static long recordBytes(int payloadBytes) {
    return BYTES + ((payloadBytes + ALIGNMENT - 1L) & -ALIGNMENT);
  }

  long recordBytes() {
    return recordBytes(payloadBytes);
  }

  long nextPosition() {
    return position + recordBytes();
  }

  static int crcOf(ByteBuffer payload) {
    var crc = new CRC32C();
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }

  /** Writes the header at the buffer's position. */
  void encode(ByteBuffer target) {
    int start = target.position();
    target.order(ByteOrder.LITTLE_ENDIAN);
    target.putInt(MAGIC).putInt(0).putInt(payloadCrc).putInt(payloadBytes);
    target.putLong(position).putLong(group).putLong(epoch).putInt(kind).putInt(0);
    target.putInt(start + 4, crcOf(target.duplicate().flip().position(start + CHECKED_FROM)));
  }

  /** The header at an index of the buffer, or null when no header of that position is there. */
  static @Nullable RecordHeader decode(ByteBuffer source, int index, long position) {
    if (source.getInt(index) != MAGIC || source.getLong(index + 16) != position) {
      return null;
    }
    if (source.getInt(index + 4) != crcOf(source.slice(index + CHECKED_FROM, BYTES - 8))) {
      return null;
    }
    int payloadBytes = source.getInt(index + 12);
    if (payloadBytes < 0) {
      return null;
    }
    return new RecordHeader(
        payloadBytes,
        source.getInt(index + 8),
        position,
        source.getLong(index + 24),
        source.getLong(index + 32),
        source.getInt(index + 40));
  }
}
