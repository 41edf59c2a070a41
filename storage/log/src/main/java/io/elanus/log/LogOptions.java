package io.elanus.log;

import io.elanus.schema.ElanusException;

/**
 * Sizes of the local log, bytes.
 *
 * @param firstFileBytes of the first prepared file
 * @param fileBytes of the later ones
 * @param maxRecordBytes the largest payload
 * @param groupBytes what is written between two forces, except that a record is never split
 */
public record LogOptions(long firstFileBytes, long fileBytes, int maxRecordBytes, int groupBytes) {
  private static final int MIN_FILE_BYTES = 4 << 10;

  public LogOptions {
    if (firstFileBytes < MIN_FILE_BYTES || fileBytes < MIN_FILE_BYTES) {
      throw ElanusException.invalid("log files must have at least 4096 bytes")
          .with("firstFileBytes", firstFileBytes)
          .with("fileBytes", fileBytes);
    }
    if (maxRecordBytes < 1 || groupBytes < 1) {
      throw ElanusException.invalid("log record and group sizes must be positive")
          .with("maxRecordBytes", maxRecordBytes)
          .with("groupBytes", groupBytes);
    }
  }

  /** 16 MiB, then 64 MiB; records of up to 8 MiB in groups of 4 MiB. */
  public static LogOptions defaults() {
    return new LogOptions(16L << 20, 64L << 20, 8 << 20, 4 << 20);
  }

  /** The same with files of another size; the first one is smaller if that is smaller. */
  public LogOptions withFileBytes(long bytes) {
    return new LogOptions(Math.min(firstFileBytes, bytes), bytes, maxRecordBytes, groupBytes);
  }
}
