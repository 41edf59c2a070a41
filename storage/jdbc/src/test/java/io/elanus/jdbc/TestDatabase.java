package io.elanus.jdbc;

import io.elanus.servers.MariaDbServer;
import io.elanus.servers.PostgresServer;
import io.elanus.servers.ServerLibraries;
import io.elanus.servers.SqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/**
 * The servers that all tests of this room share, one of each kind, started when first asked for.
 */
enum TestDatabase {
  POSTGRESQL("postgresql"),
  MARIADB("mariadb");

  /** In memory where there is such a place, so that a busy disk does not delay commits. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private static final Map<TestDatabase, SqlServer> RUNNING = new EnumMap<>(TestDatabase.class);

  private final String script;

  TestDatabase(String script) {
    this.script = script;
  }

  /** Running; a test that cannot have it is skipped. */
  SqlServer get() throws IOException, InterruptedException {
    synchronized (RUNNING) {
      SqlServer running = RUNNING.get(this);
      if (running == null) {
        switch (ServerLibraries.prepare(script)) {
          case ServerLibraries.Missing missing -> Assumptions.abort(missing.reason());
          case ServerLibraries.Ready ready -> RUNNING.put(this, create(ready.folder()));
        }
      }
      return RUNNING.get(this);
    }
  }

  private SqlServer create(Path program) throws IOException, InterruptedException {
    Path folder =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "elanus")
            : Files.createTempDirectory("elanus");
    SqlServer server =
        switch (this) {
          case POSTGRESQL -> PostgresServer.create(program, folder);
          case MARIADB -> MariaDbServer.create(program, folder);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(server, folder)));
    return server;
  }

  private static void remove(SqlServer server, Path folder) {
    try {
      server.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static JdbcOptions options(String url, String space) {
    return JdbcOptions.of(url, SqlServer.USER, SqlServer.PASSWORD, space);
  }

  static String newSpace() {
    return "test " + UUID.randomUUID();
  }
}
