package io.elanus.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real S3 server as a process of its own, over a folder that outlives it, on a port of loopback
 * that stays the same over restarts.
 */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "elanus-test";
  public static final S3Credentials CREDENTIALS =
      new S3Credentials("elanus", "a-secret-of-the-test-server", Optional.empty());

  private static final Duration MOST_START = Duration.ofSeconds(60);

  private final Path log;
  private final List<String> command;
  private final int port;
  private Process process;

  private S3Server(List<String> command, Path folder, int port) throws IOException {
    this.command = command;
    this.port = port;
    this.log = folder.resolve("server.log");
    launch();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    try (S3Client client = S3Clients.open(options())) {
      client.createBucket(create -> create.bucket(BUCKET));
    }
  }

  /** Starts s3proxy; where it cannot be had the test is skipped. */
  public static S3Server startOrSkip(Path folder) throws IOException {
    Path server = ready("testing/servers/s3").resolve("s3proxy.jar");
    int port = freePort();
    Path objects = Files.createDirectories(folder.resolve("objects"));
    Path settings = folder.resolve("s3proxy.conf");
    Files.write(
        settings,
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + CREDENTIALS.accessKeyId(),
            "s3proxy.credential=" + CREDENTIALS.secretAccessKey(),
            "jclouds.provider=filesystem-nio2",
            "jclouds.identity=none",
            "jclouds.credential=none",
            "jclouds.filesystem.basedir=" + objects));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            server.toString(),
            "--properties",
            settings.toString());
    return new S3Server(command, folder, port);
  }

  /** Starts versitygw where somebody built it; elsewhere the test is skipped. */
  public static S3Server startSecondOrSkip(Path folder) throws IOException {
    Path server = root().resolve("build/servers/versitygw/versitygw");
    Assumptions.assumeTrue(
        Files.isExecutable(server), "versitygw is not there; testing/servers/versitygw builds it");
    int port = freePort();
    List<String> command =
        List.of(
            server.toString(),
            "--port",
            "127.0.0.1:" + port,
            "--access",
            CREDENTIALS.accessKeyId(),
            "--secret",
            CREDENTIALS.secretAccessKey(),
            "--quiet",
            "posix",
            Files.createDirectories(folder.resolve("objects")).toString());
    return new S3Server(command, folder, port);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public int port() {
    return port;
  }

  public S3Options options() {
    return S3Options.ofBucket(BUCKET).withEndpoint(endpoint()).withCredentials(CREDENTIALS);
  }

  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      kill();
    }
  }

  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public void pause() throws Exception {
    signal("STOP");
  }

  public void resume() throws Exception {
    signal("CONT");
  }

  /** After {@link #stop} or {@link #kill}: on the same folder and port. */
  public void restart() throws IOException {
    launch();
  }

  @Override
  public void close() throws Exception {
    kill();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private void launch() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long end = System.nanoTime() + MOST_START.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException("the S3 server did not start: " + Files.readString(log));
      }
      pauseShortly();
    }
  }

  private boolean answers() {
    try {
      var connection = (HttpURLConnection) endpoint().toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(5_000);
      return connection.getResponseCode() > 0;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void pauseShortly() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException asked) {
      throw new IllegalStateException(asked);
    }
  }

  /** Runs a script that makes a server ready; the folder that it prints. */
  private static Path ready(String script) {
    try {
      Process running =
          new ProcessBuilder(root().resolve(script).toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String said =
          new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Assumptions.assumeTrue(running.waitFor() == 0, script + " could not get the S3 server");
      return Path.of(said);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException asked) {
      throw new IllegalStateException(asked);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  static int freePort() {
    SecureRandom random = new SecureRandom();
    while (true) {
      int port = 20_000 + random.nextInt(10_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // then another
      }
    }
  }
}
