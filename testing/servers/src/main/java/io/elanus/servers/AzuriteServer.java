package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Azurite's Blob service, as a process on loopback. It keeps port and folder for life: what was
 * stopped is started again by {@link #start}.
 */
public final class AzuriteServer implements AutoCloseable {
  /** The account that every Azurite knows, with the key that Microsoft's documentation names. */
  public static final String ACCOUNT = "devstoreaccount1";

  public static final String KEY =
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Path library;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private AzuriteServer(Path library, Path folder, int port) {
    this.library = library;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new one, started and ready, without containers.
   *
   * @param library the folder that {@code testing/servers/azurite} prints
   * @param folder empty, for its objects and its output; left behind
   */
  public static AzuriteServer create(Path library, Path folder)
      throws IOException, InterruptedException {
    var server = new AzuriteServer(library, folder, Ports.free());
    server.start();
    return server;
  }

  /** Starts it again on the same folder and port; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process =
        ChildServer.start(
            List.of(
                "node",
                library.resolve("node_modules/azurite/dist/src/blob/main.js").toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                String.valueOf(port),
                "--location",
                folder.resolve("data").toString(),
                "--silent",
                "--disableTelemetry",
                "--skipApiVersionCheck"),
            folder.resolve("output.log"),
            "successfully listens",
            START);
  }

  /** {@code http://host:port/account}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port + "/" + ACCOUNT;
  }

  public int port() {
    return port;
  }

  /** SIGTERM; it writes its index first, which it does every few seconds otherwise. */
  public void stop() throws InterruptedException {
    running().stop(STOP);
  }

  /**
   * @param name STOP or CONT
   */
  public void signal(String name) throws IOException, InterruptedException {
    running().signal(name);
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("Azurite was not started");
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
