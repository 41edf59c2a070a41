package io.elanus.rocksdb;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** What tests do to the files of a database that nobody has open. */
final class RocksFiles {
  private RocksFiles() {}

  /** Copies a database as a killed process would leave it. */
  static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().equals("LOCK")) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
    return to;
  }

  /** Cuts the last bytes of the newest write-ahead log. */
  static void tearTail(Path folder, int bytes) throws IOException {
    try (var file = new RandomAccessFile(newestWriteAheadLog(folder).toFile(), "rw")) {
      file.setLength(file.length() - bytes);
    }
  }

  /** Turns over a bit in the middle of the newest write-ahead log. */
  static void damageMiddle(Path folder) throws IOException {
    try (var file = new RandomAccessFile(newestWriteAheadLog(folder).toFile(), "rw")) {
      file.seek(file.length() / 2);
      int value = file.read();
      file.seek(file.length() / 2);
      file.write(value ^ 4);
    }
  }

  private static Path newestWriteAheadLog(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .filter(file -> size(file) > 0)
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
