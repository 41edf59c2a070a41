package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One etcd that stands alone, as a process on loopback. It keeps ports and folder for life: what
 * was stopped or killed is started again by {@link #start}.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Path program;
  private final Path folder;
  private final int clientPort;
  private final int peerPort;
  private @Nullable ChildServer process;

  private EtcdServer(Path program, Path folder, int clientPort, int peerPort) {
    this.program = program;
    this.folder = folder;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
  }

  /**
   * A new one, started and ready.
   *
   * @param program the folder that {@code testing/servers/etcd} prints
   * @param folder empty, for its data and its output; left behind
   */
  public static EtcdServer create(Path program, Path folder)
      throws IOException, InterruptedException {
    var server = new EtcdServer(program, folder, Ports.free(), Ports.free());
    server.start();
    return server;
  }

  /** Starts it again on the same folder and ports; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    String client = "http://" + endpoint();
    String peer = "http://127.0.0.1:" + peerPort;
    process =
        ChildServer.start(
            List.of(
                program.resolve("etcd").toString(),
                "--data-dir",
                folder.resolve("data").toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                "default=" + peer,
                "--auto-compaction-mode",
                "periodic",
                "--auto-compaction-retention",
                "1h",
                "--logger",
                "zap"),
            folder.resolve("output.log"),
            "serving client traffic",
            START);
  }

  /** {@code host:port}. */
  public String endpoint() {
    return "127.0.0.1:" + clientPort;
  }

  public long pid() {
    return running().pid();
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    running().kill();
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("etcd was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      process.stop(STOP);
    }
  }
}
