package io.elanus.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders whose content is nobody's data. */
public final class Folders {
  private Folders() {}

  /** Removes a folder and all in it; nothing when it is not there. */
  public static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> innerFirst;
    try (Stream<Path> found = Files.walk(folder)) {
      innerFirst = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : innerFirst) {
      Files.deleteIfExists(path);
    }
  }
}
