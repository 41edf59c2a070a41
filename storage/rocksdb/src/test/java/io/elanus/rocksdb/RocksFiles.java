package io.elanus.rocksdb;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** What tests do to the files of a database that nobody has open. */
final class RocksFiles {
  private RocksFiles() {}

  /**
   * Copies a database as a killed process would leave it: again and again until no compaction
   * changed its files meanwhile.
   */
  static Path copy(Path from, Path to) throws IOException {
    Map<String, Long> before = sizes(from);
    while (true) {
      Files.createDirectories(to);
      try {
        for (String file : before.keySet()) {
          Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (NoSuchFileException taken) {
        System.getLogger(RocksFiles.class.getName()).log(Level.DEBUG, "compacted meanwhile", taken);
      }
      Map<String, Long> after = sizes(from);
      if (after.equals(before)) {
        return to;
      }
      before = after;
      try (var copies = Files.list(to)) {
        for (Path copy : copies.toList()) {
          Files.delete(copy);
        }
      }
    }
  }

  private static Map<String, Long> sizes(Path folder) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("LOCK")) {
          sizes.put(name, size(file));
        }
      }
    }
    return sizes;
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
    } catch (NoSuchFileException taken) {
      return -1;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
