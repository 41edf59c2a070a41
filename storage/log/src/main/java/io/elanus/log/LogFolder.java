package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of one channel: {@code <position in 16 hex digits>.log} in order, {@code next.ready}
 * prepared with zeros, and {@code *.tmp} that a dead process left. Other files are none of ours.
 */
final class LogFolder {
  private static final Pattern LOG_FILE = Pattern.compile("[0-9a-f]{16}\\.log");
  private static final String READY = "next.ready";
  private static final String PLAIN_TEMPORARY = "plain.tmp";

  private final Disk disk;
  private final Path folder;

  LogFolder(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  Disk disk() {
    return disk;
  }

  Path preparing() {
    return folder.resolve("prepare.tmp");
  }

  Path ready() {
    return folder.resolve(READY);
  }

  /** Log files by start position. */
  SortedMap<Long, Path> logFiles() {
    var files = new TreeMap<Long, Path>();
    for (Path path : disk.list(folder)) {
      String name = path.getFileName().toString();
      if (LOG_FILE.matcher(name).matches() && disk.kind(path) == Disk.Kind.FILE) {
        files.put(Long.parseLong(name.substring(0, 16), 16), path);
      }
    }
    return files;
  }

  /** Removes what an unfinished step of a dead process left. */
  void removeLeftovers() {
    disk.delete(folder.resolve(PLAIN_TEMPORARY));
    disk.delete(preparing());
  }

  /**
   * Begins the file for a position, durably, in the prepared one if there is one.
   *
   * @return the open file; of size {@code preparedBytes} and zero behind its header, or empty
   */
  DiskFile begin(FileHeader header) {
    Path from = header.preparedBytes() > 0 ? ready() : folder.resolve(PLAIN_TEMPORARY);
    if (header.preparedBytes() == 0) {
      disk.delete(from);
    }
    Path to = folder.resolve("%016x.log".formatted(header.startPosition()));
    try (DiskFile file =
        disk.open(from, header.preparedBytes() > 0 ? Disk.Mode.WRITE : Disk.Mode.CREATE)) {
      file.write(header.encode(), 0);
      file.force(true);
    }
    Failpoints.hit("log.rotate.beforeRename");
    disk.rename(from, to);
    Failpoints.hit("log.rotate.beforeFolderSync");
    disk.syncFolder(folder);
    return disk.open(to, Disk.Mode.WRITE);
  }

  /** Removes a file durably, so that files vanish in the order of their removal. */
  void delete(Path file) {
    disk.delete(file);
    disk.syncFolder(folder);
  }

  /** A process may have died between renaming and forcing. */
  void sync() {
    disk.syncFolder(folder);
  }

  void makeReady() {
    disk.rename(preparing(), ready());
    disk.syncFolder(folder);
  }
}
