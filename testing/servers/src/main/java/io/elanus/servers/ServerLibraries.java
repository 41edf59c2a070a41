package io.elanus.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Has the scripts of {@code testing/servers} make the libraries of a server ready. */
public final class ServerLibraries {
  private ServerLibraries() {}

  /** What a script answered. */
  public sealed interface Prepared {}

  /**
   * @param folder of the server's jars
   */
  public record Ready(Path folder) implements Prepared {}

  /**
   * @param reason a sentence, for the report of a test that is skipped
   */
  public record Missing(String reason) implements Prepared {}

  /** Runs {@code testing/servers/NAME} of the repository that the working folder is in. */
  public static Prepared prepare(String name) throws IOException, InterruptedException {
    return prepare(root(), name);
  }

  /** The same of a repository that is known. */
  public static Prepared prepare(Path repository, String name)
      throws IOException, InterruptedException {
    Path script = repository.resolve("testing/servers").resolve(name);
    Path said = Files.createTempFile("elanus-servers", ".log");
    try {
      Process process =
          new ProcessBuilder(List.of("/bin/sh", script.toString()))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      int status = process.waitFor();
      List<String> lines = Files.readAllLines(said, StandardCharsets.UTF_8);
      String last = lines.isEmpty() ? "" : lines.getLast();
      return status == 0
          ? new Ready(Path.of(last))
          : new Missing("the server " + name + " could not be made ready: " + last);
    } finally {
      Files.delete(said);
    }
  }

  /** The repository that the working folder is in. */
  public static Path root() {
    Path working = Path.of("").toAbsolutePath();
    for (Path folder = working; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("ARCHITECTURE.md"))) {
        return folder;
      }
    }
    throw new IllegalStateException("not in the repository: " + working);
  }
}
