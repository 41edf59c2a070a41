package io.elanus.log;

import io.elanus.disk.DiskFile;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first bytes of a local log file; records follow. Little-endian:
 *
 * <pre>
 *  0  u64  magic "ELANUSLG"
 *  8  u32  CRC32C of bytes 12 to 63
 * 12  u32  format version 1
 * 16  i64  log position of the first record, also the file's name in 16 hexadecimal digits
 * 24  i64  epoch when the file was begun
 * 32  i64  bytes prepared with zeros, 0 for a file that grows by appending
 * 40       zeros up to 64
 * </pre>
 *
 * @param startPosition of the first record
 * @param epoch when the file was begun
 * @param preparedBytes size with which it was prepared, or 0
 */
record FileHeader(long startPosition, long epoch, long preparedBytes) {
  static final int BYTES = 64;
  private static final long MAGIC = 0x474c53554e414c45L;
  private static final int VERSION = 1;
  private static final int CHECKED_FROM = 12;

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, MAGIC).putInt(12, VERSION);
    bytes.putLong(16, startPosition).putLong(24, epoch).putLong(32, preparedBytes);
    return bytes.putInt(8, RecordHeader.crcOf(bytes.slice(CHECKED_FROM, BYTES - CHECKED_FROM)));
  }

  static FileHeader read(DiskFile file, long startPosition) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int count = file.read(bytes, 0);
    int crc = RecordHeader.crcOf(bytes.slice(CHECKED_FROM, BYTES - CHECKED_FROM));
    boolean whole = count == BYTES && bytes.getLong(0) == MAGIC && bytes.getInt(8) == crc;
    if (!whole || bytes.getLong(16) != startPosition) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "log file has a damaged header")
          .with("file", file.path())
          .with("offset", 0);
    }
    if (bytes.getInt(12) != VERSION) {
      throw new ElanusException(ErrorCode.UNSUPPORTED, "log file has an unknown format version")
          .with("file", file.path())
          .with("version", bytes.getInt(12));
    }
    return new FileHeader(startPosition, bytes.getLong(24), bytes.getLong(32));
  }
}
