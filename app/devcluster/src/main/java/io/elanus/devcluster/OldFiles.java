package io.elanus.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What an earlier cluster left. */
final class OldFiles {
  /** Its presence says that a folder is a development cluster's. */
  private static final String SIGN = "cluster.yaml";

  private OldFiles() {}

  /**
   * Removes the folder with what is in it.
   *
   * @throws IOException when it holds something else
   */
  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> children = Files.list(folder)) {
      inside = children.toList();
    }
    if (!inside.isEmpty() && !Files.exists(folder.resolve(SIGN))) {
      throw new IOException(folder + " holds files that are no development cluster's");
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
