package io.elanus.cli;

import io.elanus.disk.FolderLock;
import io.elanus.process.Folders;
import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a start finds where its data shall lie, so that one that fails leaves no trace: a folder
 * that was not there, or that held no more than the log the launcher writes, is put back so.
 *
 * @param fresh whether nothing was there that a start could have written
 * @param missing whether not even the folder was
 */
record FreshFolder(Path folder, boolean fresh, boolean missing) {
  private static final String LAUNCHER_LOG = "elanus.log";

  static FreshFolder before(Path folder) {
    if (Files.notExists(folder)) {
      return new FreshFolder(folder, true, true);
    }
    try {
      return new FreshFolder(folder, written(folder).isEmpty(), false);
    } catch (IOException unreadable) {
      return new FreshFolder(folder, false, false);
    }
  }

  /** Leaves everything alone when another process has taken the folder meanwhile. */
  void restore() {
    if (!fresh || Files.notExists(folder)) {
      return;
    }
    try (FolderLock unused = FolderLock.acquire(folder)) {
      for (Path path : written(folder)) {
        Folders.remove(path);
      }
      if (missing) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException | ElanusException notOurs) {
      System.err.println("elanus: " + folder + " is left as it is, " + notOurs.getMessage());
    }
  }

  private static List<Path> written(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith(LAUNCHER_LOG))
          .toList();
    }
  }
}
