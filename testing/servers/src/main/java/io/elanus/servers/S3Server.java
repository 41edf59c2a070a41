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

  private final List<String> command;
  private final Path output;
  private final String ready;
  private final int port;
  private @Nullable ChildServer process;

  private S3Server(List<String> command, Path folder, String ready, int port) {
    this.command = command;
    this.output = folder.resolve("output.log");
    this.ready = ready;
    this.port = port;
  }

  /**
   * A new s3proxy, started and ready.
   *
   * @param library the folder that {@code testing/servers/s3} prints
   * @param folder empty, for its objects and its output; left behind
   */
  public static S3Server create(Path library, Path folder)
      throws IOException, InterruptedException {
    int port = Ports.free();
    Path configuration = folder.resolve("s3proxy.conf");
    Files.writeString(
        configuration,
        """
        s3proxy.endpoint=http://127.0.0.1:%d
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.identity=none
        jclouds.credential=none
        jclouds.filesystem.basedir=%s
        """
            .formatted(port, ACCESS_KEY, SECRET_KEY, objects(folder)));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            library.resolve("s3proxy.jar").toString(),
            "--properties",
            configuration.toString());
    return started(new S3Server(command, folder, "ServerConnector@", port));
  }

  /**
   * A new versitygw, started and ready.
   *
   * @param program the folder that {@code testing/servers/versitygw} prints
   * @param folder empty, for its objects and its output; left behind
   */
  public static S3Server createVersity(Path program, Path folder)
      throws IOException, InterruptedException {
    int port = Ports.free();
    List<String> command =
        List.of(
            program.resolve("versitygw").toString(),
            "--port",
            "127.0.0.1:" + port,
            "--access",
            ACCESS_KEY,
            "--secret",
            SECRET_KEY,
            "posix",
            objects(folder).toString());
    return started(new S3Server(command, folder, "S3 service listening", port));
  }

  private static Path objects(Path folder) throws IOException {
    Path objects = folder.resolve("objects");
    Files.createDirectories(objects.resolve(BUCKET));
    return objects;
  }

  private static S3Server started(S3Server server) throws IOException, InterruptedException {
    server.start();
    return server;
  }

  /** Starts it again on the same folder and port; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process = ChildServer.start(command, output, ready, START);
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

  /** Lets it neither run nor end. */
  public void pause() throws IOException, InterruptedException {
    running().signal("STOP");
  }

  /** After {@link #pause}. */
  public void resume() throws IOException, InterruptedException {
    running().signal("CONT");
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
