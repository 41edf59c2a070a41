package io.elanus.files;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** CRC32C over memory of any size. */
public final class Checksums {
  private static final long STEP_BYTES = 1 << 30;

  private Checksums() {}

  /** CRC32C as an unsigned 32-bit number. */
  public static long crc32c(MemorySegment bytes) {
    var crc = new CRC32C();
    for (long at = 0; at < bytes.byteSize(); at += STEP_BYTES) {
      crc.update(bytes.asSlice(at, Math.min(STEP_BYTES, bytes.byteSize() - at)).asByteBuffer());
    }
    return crc.getValue();
  }

  /**
   * Passes when the bytes are those that were written.
   *
   * @throws ElanusException DATA_INTEGRITY naming the file
   */
  public static void verify(String file, MemorySegment bytes, FileDigest expected) {
    if (bytes.byteSize() != expected.bytes()) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "file has another size than was written")
          .with("file", file)
          .with("bytes", bytes.byteSize())
          .with("expected", expected.bytes());
    }
    if (crc32c(bytes) != expected.crc32c()) {
      throw new ElanusException(
              ErrorCode.DATA_INTEGRITY, "file has another checksum than was written")
          .with("file", file);
    }
  }
}
