package io.elanus.etcd;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An etcd of this test: a process of its own on ports of the loopback and on a folder, which can be
 * stopped, killed, paused, and started again on both. Where no etcd can be had, the test is skipped
 * and says so.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Random RANDOM = new Random();

  private final List<String> command;
  private final Path log;
  private final String endpoint;
  private final String health;
  private Process process;

  private EtcdServer(List<String> command, Path log, String endpoint, String health) {
    this.command = command;
    this.log = log;
    this.endpoint = endpoint;
    this.health = health;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /**
   * Starts one that stands alone.
   *
   * @param folder for data and log
   * @param arguments further ones for etcd
   */
  public static EtcdServer start(Path folder, String... arguments) throws Exception {
    EtcdServer server = prepare(folder, 1, "http", arguments).getFirst();
    server.start();
    return server;
  }

  /** Starts one that speaks TLS with clients that present a certificate which it trusts. */
  static EtcdServer startSecured(Path folder, Path certificate, Path key, Path trusted)
      throws Exception {
    EtcdServer server =
        prepare(
                folder,
                1,
                "https",
                "--cert-file",
                certificate.toString(),
                "--key-file",
                key.toString(),
                "--client-cert-auth",
                "--trusted-ca-file",
                trusted.toString())
            .getFirst();
    server.start();
    return server;
  }

  /** Starts members of one cluster. */
  public static List<EtcdServer> startCluster(Path folder, int members) throws Exception {
    List<EtcdServer> servers = prepare(folder, members, "http");
    for (EtcdServer server : servers) {
      server.run();
    }
    for (EtcdServer server : servers) {
      server.awaitHealth();
    }
    return servers;
  }

  private static List<EtcdServer> prepare(
      Path folder, int members, String scheme, String... arguments) throws Exception {
    Path program = program();
    List<String> peers = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      peers.add("http://127.0.0.1:" + freePort());
    }
    List<String> names = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      names.add("m" + member + "=" + peers.get(member));
    }
    List<EtcdServer> servers = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      String endpoint = "127.0.0.1:" + freePort();
      var command = new ArrayList<>(List.of(program.resolve("etcd").toString()));
      command.addAll(List.of("--name", "m" + member));
      command.addAll(List.of("--data-dir", folder.resolve("m" + member).toString()));
      command.addAll(List.of("--listen-client-urls", scheme + "://" + endpoint));
      command.addAll(List.of("--advertise-client-urls", scheme + "://" + endpoint));
      command.addAll(List.of("--listen-peer-urls", peers.get(member)));
      command.addAll(List.of("--initial-advertise-peer-urls", peers.get(member)));
      command.addAll(List.of("--initial-cluster", String.join(",", names)));
      String health = "http://127.0.0.1:" + freePort();
      command.addAll(List.of("--listen-metrics-urls", health));
      command.addAll(List.of("--logger", "zap", "--log-level", "warn"));
      command.addAll(List.of(arguments));
      servers.add(new EtcdServer(command, folder.resolve("m" + member + ".log"), endpoint, health));
    }
    return servers;
  }

  /** The folder of the program, fetched when need be. */
  private static Path program() throws Exception {
    Path script = root().resolve("testing/servers/etcd");
    Process fetch = new ProcessBuilder(script.toString()).start();
    String said = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    String why = new String(fetch.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (fetch.waitFor() != 0) {
      abort("skipped, there is no etcd to test against: " + why);
    }
    return Path.of(said);
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** One that no outgoing connection gets. */
  static int freePort() throws IOException {
    for (int tries = 0; tries < 1_000; tries++) {
      int port = RANDOM.nextInt(20_000, 30_000);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
    throw new IOException("no free port");
  }

  public String endpoint() {
    return endpoint;
  }

  /** Starts, on the same ports and folder as before, and waits until it serves. */
  public void start() throws Exception {
    run();
    awaitHealth();
  }

  private void run() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  private void awaitHealth() throws Exception {
    for (int tries = 0; tries < 600; tries++) {
      if (isHealthy()) {
        return;
      }
      if (!process.isAlive()) {
        break;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("etcd does not start: " + lastLines());
  }

  private boolean isHealthy() {
    try {
      var connection = (HttpURLConnection) URI.create(health + "/health").toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(2_000);
      try (var body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8).contains("\"true\"");
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.stream()
          .skip(Math.max(0, lines.size() - 5))
          .collect(Collectors.joining(System.lineSeparator()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Ends it without warning. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  /** Not by {@link Process#onExit}, which needs a thread of the common pool that a test may use. */
  private void awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("etcd does not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets it neither run nor end. */
  public void pause() throws Exception {
    signal("-STOP", process);
  }

  /** After {@link #pause}. */
  public void resume() throws Exception {
    signal("-CONT", process);
  }

  static void signal(String signal, Process process) throws Exception {
    var kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("no process to be sent " + signal);
    }
  }

  /** Ends it in order. */
  @Override
  public void close() throws Exception {
    if (process != null) {
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
      }
    }
  }
}
