package io.elanus.brokers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What a record of a topic says about itself, beside its payload. Little-endian:
 *
 * <pre>
 *  0  u32  magic "ELKL"
 *  4  u8   format version 1
 *  5  u8   kind: 1 data, 2 barrier
 *  6  u16  zeros
 *  8  i64  epoch of the writer
 * 16  i64  writer: chosen at random whenever a log is opened
 * 24  i64  position: of the record, or where the writer saw the log end before its barrier
 * 32  i64  group: position of the first record of the append
 * 40  u32  bytes of the payload
 * 44  u32  CRC32C of bytes 0 to 43 and of the payload
 * </pre>
 *
 * <p>A position is that of the record before plus {@link #BYTES} and its payload: one writer
 * numbers its records without a gap, and the next one goes on where it ended.
 */
public record RecordStamp(
    int kind, long epoch, long writer, long position, long group, int payloadBytes) {
  public static final int BYTES = 48;
  public static final int DATA = 1;
  public static final int BARRIER = 2;
  private static final int MAGIC = 0x4c4b4c45;
  private static final int VERSION = 1;
  private static final int CRC_AT = 44;

  public long nextPosition() {
    return position + extentOf(payloadBytes);
  }

  /** What a record takes of the log. */
  static long extentOf(int payloadBytes) {
    return (long) BYTES + payloadBytes;
  }

  public byte[] encode(ByteBuffer payload) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).put((byte) VERSION).put((byte) kind).putShort((short) 0);
    bytes.putLong(epoch).putLong(writer).putLong(position).putLong(group).putInt(payloadBytes);
    return bytes.putInt(CRC_AT, crcOf(bytes, payload)).array();
  }

  private static int crcOf(ByteBuffer stamp, ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(stamp.duplicate().position(0).limit(CRC_AT));
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }

  /** Why a record cannot be taken for one of ours; a constant sentence. */
  static final class ForeignRecord extends Exception {
    private static final long serialVersionUID = 1L;

    ForeignRecord(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /** Reads and checks a record. */
  static RecordStamp decode(ByteBuffer key, ByteBuffer payload) throws ForeignRecord {
    ByteBuffer bytes = key.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() != BYTES || bytes.getInt(0) != MAGIC) {
      throw new ForeignRecord("a record of the topic is not the log's");
    }
    if (bytes.get(4) != VERSION) {
      throw new ForeignRecord("a record of the topic has an unknown format version");
    }
    if (bytes.getInt(40) != payload.remaining() || bytes.getInt(CRC_AT) != crcOf(bytes, payload)) {
      throw new ForeignRecord("a record of the topic is damaged");
    }
    int kind = bytes.get(5);
    if (kind != DATA && kind != BARRIER) {
      throw new ForeignRecord("a record of the topic has an unknown kind");
    }
    return new RecordStamp(
        kind,
        bytes.getLong(8),
        bytes.getLong(16),
        bytes.getLong(24),
        bytes.getLong(32),
        bytes.getInt(40));
  }
}
