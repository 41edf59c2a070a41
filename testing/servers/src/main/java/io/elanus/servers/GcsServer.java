package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * fake-gcs-server over a folder, as a process on loopback. It keeps port and folder for life: what
 * was killed is started again by {@link #start}.
 */
public final class GcsServer implements AutoCloseable {
  /** The only bucket. */
  public static final String BUCKET = "elanus";

  private static final Duration START = Duration.ofSeconds(60);

  private final Path library;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private GcsServer(Path library, Path folder, int port) {
    this.library = library;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new one, started and ready.
   *
   * @param library the folder that {@code testing/servers/gcs} prints
   * @param folder empty, for its objects and its output; left behind
   */
  public static GcsServer create(Path library, Path folder)
      throws IOException, InterruptedException {
    var server = new GcsServer(library, folder, Ports.free());
    Files.createDirectories(folder.resolve("objects").resolve(BUCKET));
    server.start();
    return server;
  }

  /** Starts it again on the same folder and port; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process =
        ChildServer.start(
            List.of(
                library.resolve("fake-gcs-server").toString(),
                "-scheme",
                "http",
                "-host",
                "127.0.0.1",
                "-port",
                String.valueOf(port),
                "-public-host",
                "127.0.0.1:" + port,
                "-external-url",
                endpoint(),
                "-backend",
                "filesystem",
                "-filesystem-root",
                folder.resolve("objects").toString()),
            folder.resolve("output.log"),
            "server started",
            START);
  }

  /** {@code http://host:port}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return running().pid();
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    running().kill();
  }

  /**
   * @param name STOP or CONT
   */
  public void signal(String name) throws IOException, InterruptedException {
    running().signal(name);
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("the server was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      process.kill();
    }
  }
}
