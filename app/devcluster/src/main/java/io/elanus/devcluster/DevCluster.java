package io.elanus.devcluster;

import io.elanus.servers.EtcdServer;
import io.elanus.servers.KafkaBroker;
import io.elanus.servers.S3Server;
import io.elanus.servers.ServerLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The stores and the processes, started one after the other and stopped in reverse. All files are
 * below one folder: {@code kafka}, {@code etcd}, {@code s3}, {@code cluster.yaml} with the settings
 * that all processes share, and for each process its data folder and {@code output.log}.
 */
final class DevCluster implements AutoCloseable {
  private static final long LOOK_MILLIS = 200;
  private static final long BEFORE_RESTART_MILLIS = 2000;

  private final Path home;
  private final Path folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<RunningNode> nodes = new ArrayList<>();
  private volatile boolean closing;

  /**
   * @param home of the repository
   * @param folder made when it is not there; what an earlier cluster left in it is removed
   */
  DevCluster(Path home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  /**
   * @param port of the first proxy; further ones take free ports
   */
  void start(List<Plan.Node> planned, int channels, int port)
      throws IOException, InterruptedException {
    OldFiles.remove(folder);
    Files.createDirectories(folder);
    Files.createFile(
        of(OldFiles.SIGN),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    KafkaBroker kafka =
        opened(KafkaBroker.create(libraries("kafka"), Files.createDirectories(of("kafka"))));
    told("kafka", "pid " + kafka.pid() + " " + kafka.bootstrapServers());
    EtcdServer etcd =
        opened(EtcdServer.create(libraries("etcd"), Files.createDirectories(of("etcd"))));
    told("etcd", "pid " + etcd.pid() + " " + etcd.endpoint());
    S3Server s3 = opened(S3Server.create(libraries("s3"), Files.createDirectories(of("s3"))));
    told("s3", "pid " + s3.pid() + " " + s3.endpoint());
    write(settings(kafka, etcd, s3, channels) + secret());
    int proxyPort = port;
    for (Plan.Node node : planned) {
      int itsPort = node.proxy() ? proxyPort : 0;
      RunningNode running = opened(new RunningNode(home, folder, node, itsPort));
      running.start();
      nodes.add(running);
      told(node.name(), running.addresses());
      proxyPort = node.proxy() ? 0 : proxyPort;
    }
  }

  /** Into the file that its owner alone may read. */
  private void write(String settings) throws IOException {
    Files.writeString(of(OldFiles.SIGN), settings, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static String secret() {
    byte[] chance = new byte[24];
    new SecureRandom().nextBytes(chance);
    return "cluster.secret: \"" + HexFormat.of().formatHex(chance) + "\"\n";
  }

  private Path of(String name) {
    return folder.resolve(name);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  private static void told(String name, String where) {
    System.out.printf("%-16s %s%n", name, where);
    System.out.flush();
  }

  private Path libraries(String server) throws IOException, InterruptedException {
    return switch (ServerLibraries.prepare(home, server)) {
      case ServerLibraries.Ready ready -> ready.folder();
      case ServerLibraries.Missing missing -> throw new IOException(missing.reason());
    };
  }

  private static String settings(KafkaBroker kafka, EtcdServer etcd, S3Server s3, int channels) {
    return """
    log.type: kafka
    kafka.bootstrap.servers: "%s"
    metadata.type: etcd
    etcd.endpoints: "%s"
    objects.type: s3
    s3.endpoint: "%s"
    s3.bucket: %s
    s3.access.key: "%s"
    s3.secret.key: "%s"
    channels: %d
    http.port: 0
    """
        .formatted(
            kafka.bootstrapServers(),
            etcd.endpoint(),
            s3.endpoint(),
            S3Server.BUCKET,
            S3Server.ACCESS_KEY,
            S3Server.SECRET_KEY,
            channels);
  }

  /** Starts again what ended by itself, after a moment, until the cluster is closed. */
  void keepUp() throws InterruptedException {
    while (!closing) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      for (RunningNode node : nodes) {
        if (!closing && !node.alive()) {
          System.out.println(node.name() + " has ended");
          TimeUnit.MILLISECONDS.sleep(BEFORE_RESTART_MILLIS);
          restart(node);
        }
      }
    }
  }

  /** One that cannot be started now is tried again. */
  private synchronized void restart(RunningNode node) throws InterruptedException {
    if (closing) {
      return;
    }
    try {
      node.start();
      told(node.name(), node.addresses());
    } catch (IOException failure) {
      System.out.println(node.name() + " cannot be started: " + failure.getMessage());
    }
  }

  @Override
  public void close() {
    closing = true;
    closeAll();
  }

  private synchronized void closeAll() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        System.err.println("elanus: a part did not stop: " + failure);
      }
    }
  }
}
