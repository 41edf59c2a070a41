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
  /** What a log takes unless it is told otherwise, for logs of all kinds. */
  public static final int MAX_RECORD_BYTES = 8 << 20;

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

  /** Files of this size, the first one of at most 16 MiB; groups of 4 MiB. */
  public static LogOptions ofFiles(long bytes) {
    return new LogOptions(Math.min(16L << 20, bytes), bytes, MAX_RECORD_BYTES, 4 << 20);
  }
}
