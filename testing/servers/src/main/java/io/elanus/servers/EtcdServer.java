package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One etcd, alone or as a member, as a process on loopback. It keeps ports and folder for life:
 * what was stopped or killed is started again by {@link #start}.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final List<String> command;
  private final Path output;
  private final int port;
  private @Nullable ChildServer process;

  private EtcdServer(List<String> command, Path output, int port) {
    this.command = command;
    this.output = output;
    this.port = port;
  }

  /**
   * A new one that stands alone, started and ready.
   *
   * @param program the folder that {@code testing/servers/etcd} prints
   * @param folder for its data and its output; left behind
   * @param arguments further ones for etcd
   */
  public static EtcdServer create(Path program, Path folder, String... arguments)
      throws IOException, InterruptedException {
    EtcdServer server = prepare(program, folder, 1, "http", List.of(arguments)).getFirst();
    server.start();
    return server;
  }

  /** The same for TLS, of clients too, whose certificates it trusts when {@code trusted} does. */
  public static EtcdServer createSecured(
      Path program, Path folder, Path certificate, Path key, Path trusted)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--cert-file", certificate.toString()));
    arguments.addAll(List.of("--key-file", key.toString(), "--client-cert-auth"));
    arguments.addAll(List.of("--trusted-ca-file", trusted.toString()));
    EtcdServer server = prepare(program, folder, 1, "https", arguments).getFirst();
    server.start();
    return server;
  }

  /** Members of one cluster, each of which waits for the others before it serves. */
  public static List<EtcdServer> createCluster(Path program, Path folder, int members)
      throws IOException, InterruptedException {
    List<EtcdServer> servers = prepare(program, folder, members, "http", List.of());
    try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<EtcdServer>> started = new ArrayList<>();
      for (EtcdServer server : servers) {
        started.add(() -> {
          server.start();
          return server;
        });
      }
      for (Future<EtcdServer> each : starts.invokeAll(started)) {
        each.get();
      }
    } catch (ExecutionException failed) {
      for (EtcdServer server : servers) {
        server.close();
      }
      throw new IOException("a member of etcd did not start", failed.getCause());
    }
    return servers;
  }

  private static List<EtcdServer> prepare(
      Path program, Path folder, int members, String scheme, List<String> arguments)
      throws IOException {
    List<String> peers = new ArrayList<>();
    List<String> cluster = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      peers.add("http://127.0.0.1:" + Ports.free());
      cluster.add("m" + member + "=" + peers.getLast());
    }
    List<EtcdServer> servers = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      String name = "m" + member;
      int port = Ports.free();
      String client = scheme + "://127.0.0.1:" + port;
      List<String> command = new ArrayList<>(List.of(program.resolve("etcd").toString()));
      command.addAll(List.of("--name", name, "--data-dir", folder.resolve(name).toString()));
      command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
      command.addAll(List.of("--listen-peer-urls", peers.get(member)));
      command.addAll(List.of("--initial-advertise-peer-urls", peers.get(member)));
      command.addAll(List.of("--initial-cluster", String.join(",", cluster)));
      command.addAll(List.of("--auto-compaction-mode", "periodic"));
      command.addAll(List.of("--auto-compaction-retention", "1h", "--logger", "zap"));
      command.addAll(arguments);
      servers.add(new EtcdServer(command, folder.resolve(name + ".log"), port));
    }
    return servers;
  }

  /** Starts it again on the same folder and ports; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process = ChildServer.start(command, output, "serving client traffic", START);
  }

  /** {@code host:port}. */
  public String endpoint() {
    return "127.0.0.1:" + port;
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
