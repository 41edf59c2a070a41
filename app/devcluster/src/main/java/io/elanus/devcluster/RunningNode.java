package io.elanus.devcluster;

import io.elanus.servers.ChildServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One process of Elanus. */
final class RunningNode implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final String READY = "ready ";

  private final String name;
  private final Path output;
  private final List<String> command;
  private @Nullable ChildServer process;
  private String addresses = "";

  /**
   * @param port of a proxy; of others 0
   */
  RunningNode(Path home, Path cluster, Plan.Node node, int port) {
    Path folder = cluster.resolve(node.name());
    name = node.name();
    output = folder.resolve("output.log");
    command =
        List.of(
            home.resolve("elanus").toString(),
            "start",
            "--roles",
            node.roles(),
            "--config",
            cluster.resolve("cluster.yaml").toString(),
            "--data",
            folder.resolve("data").toString(),
            "--port",
            Integer.toString(port));
  }

  /** Also again, after it ended; what it printed before is in {@code output.log.1} then. */
  void start() throws IOException, InterruptedException {
    Files.createDirectories(output.getParent());
    if (Files.exists(output)) {
      Files.move(
          output, output.resolveSibling("output.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    process = ChildServer.start(command, output, READY, START);
    String ready =
        Files.readAllLines(output).stream()
            .filter(line -> line.startsWith("ready "))
            .findFirst()
            .orElseThrow();
    addresses = ready.replaceFirst("^ready ", "").replaceFirst(" data=.*", "");
  }

  String name() {
    return name;
  }

  String addresses() {
    return "pid " + running().pid() + " " + addresses;
  }

  boolean alive() {
    return running().isAlive();
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("the process was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      process.stop(STOP);
    }
  }
}
