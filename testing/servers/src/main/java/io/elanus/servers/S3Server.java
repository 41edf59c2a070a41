package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One S3 server over a folder, as a process on loopback. It keeps port and folder for life: what
 * was stopped or killed is started again by {@link #start}.
 */
public final class S3Server implements AutoCloseable {
  /** The only bucket. */
  public static final String BUCKET = "elanus";

  public static final String ACCESS_KEY = "elanus";
  public static final String SECRET_KEY = "only-for-this-machine";

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Path library;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private S3Server(Path library, Path folder, int port) {
    this.library = library;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new one, started and ready.
   *
   * @param library the folder that {@code testing/servers/s3} prints
   * @param folder empty, for its objects and its output; left behind
   */
  public static S3Server create(Path library, Path folder)
      throws IOException, InterruptedException {
    var server = new S3Server(library, folder, Ports.free());
    Path objects = folder.resolve("objects");
    Files.createDirectories(objects.resolve(BUCKET));
    Files.writeString(
        server.configuration(),
        """
        s3proxy.endpoint=%s
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.identity=none
        jclouds.credential=none
        jclouds.filesystem.basedir=%s
        """
            .formatted(server.endpoint(), ACCESS_KEY, SECRET_KEY, objects));
    server.start();
    return server;
  }

  private Path configuration() {
    return folder.resolve("s3proxy.conf");
  }

  /** Starts it again on the same folder and port; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process =
        ChildServer.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                library.resolve("s3proxy.jar").toString(),
                "--properties",
                configuration().toString()),
            folder.resolve("output.log"),
            "ServerConnector@",
            START);
  }

  /** {@code http://host:port}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port;
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
      throw new IllegalStateException("the server was not started");
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
