package io.elanus.devcluster;

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
 * below one folder: one of each store, {@code cluster.yaml} with the settings that all processes
 * share, and for each process its data folder and {@code output.log}.
 */
final class DevCluster implements AutoCloseable {
  private static final long LOOK_MILLIS = 200;
  private static final long BEFORE_RESTART_MILLIS = 2000;

  private final Path home;
  private final Path folder;
  private final StoreServers.Kinds kinds;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<RunningNode> nodes = new ArrayList<>();
  private volatile boolean closing;

  /**
   * @param home of the repository
   * @param folder made when it is not there; what an earlier cluster left in it is removed
   */
  DevCluster(Path home, Path folder, StoreServers.Kinds kinds) {
    this.home = home;
    this.folder = folder;
    this.kinds = kinds;
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
    StoreServers servers = opened(new StoreServers(home, folder));
    write(servers.start(kinds) + "channels: " + channels + "\nhttp.port: 0\n" + secret());
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

  static void told(String name, String where) {
    System.out.printf("%-16s %s%n", name, where);
    System.out.flush();
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
      close(parts.pop());
    }
  }

  /** What goes wrong is told. */
  static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception failure) {
      System.err.println("elanus: a part did not stop: " + failure);
    }
  }
}
