package io.elanus.disk;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns failures of the operating system into our errors. */
final class DiskErrors {
  /** A store with less than this is full, whatever language the error was told in. */
  private static final long FULL_BELOW_BYTES = 64 << 10;

  private DiskErrors() {}

  static ElanusException of(IOException failure, String operation, Path path) {
    return isFull(failure, path)
        ? full(operation, path, failure)
        : failed(operation, path, failure);
  }

  static ElanusException full(String operation, Path path, @Nullable IOException cause) {
    return new ElanusException(ErrorCode.DISK_LIMIT, "no space left on disk", cause)
        .with("operation", operation)
        .with("path", path);
  }

  static ElanusException failed(String operation, Path path, IOException cause) {
    return new ElanusException(ErrorCode.IO_FAILED, "file operation failed", cause)
        .with("operation", operation)
        .with("path", path)
        .with("reason", cause);
  }

  private static boolean isFull(IOException failure, Path path) {
    String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return true;
    }
    try {
      Path parent = path.getParent();
      return Files.getFileStore(parent == null ? path : parent).getUsableSpace() < FULL_BELOW_BYTES;
    } catch (IOException unknown) {
      return false;
    }
  }
}
