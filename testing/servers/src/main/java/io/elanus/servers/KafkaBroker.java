package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker that is its own controller (KRaft), as a process on loopback. It keeps ports and
 * folder for life: what was stopped or killed is started again by {@link #start}. Its session is
 * short, or the controller would wait 9 s for the killed one before it takes the new one.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(20);

  private final Path libraries;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private KafkaBroker(Path libraries, Path folder, int port) {
    this.libraries = libraries;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new broker, started and ready.
   *
   * @param libraries the folder that {@code testing/servers/kafka} prints
   * @param folder empty, for its data and its output; left behind
   */
  public static KafkaBroker create(Path libraries, Path folder)
      throws IOException, InterruptedException {
    int port = Ports.free();
    var broker = new KafkaBroker(libraries, folder, port);
    broker.configure(Ports.free());
    broker.start();
    return broker;
  }

  private void configure(int controllerPort) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("data/meta.properties"),
        """
        version=1
        cluster.id=ELANUSxTESTSxCLUSTERxx
        node.id=1
        """);
    Files.writeString(
        folder.resolve("server.properties"),
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%3$s
        default.replication.factor=1
        min.insync.replicas=1
        offsets.topic.replication.factor=1
        auto.create.topics.enable=false
        broker.heartbeat.interval.ms=500
        broker.session.timeout.ms=2000
        num.network.threads=2
        num.io.threads=2
        background.threads=2
        """
            .formatted(port, controllerPort, folder.resolve("data")));
  }

  /** Starts it again on the same folder and ports; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process =
        ChildServer.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                libraries + "/*",
                "kafka.Kafka",
                folder.resolve("server.properties").toString()),
            folder.resolve("output.log"),
            "Kafka Server started",
            START);
  }

  public long pid() {
    return running().pid();
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Where the files of a topic's only partition are. */
  public Path topicFolder(String topic) {
    return folder.resolve("data").resolve(topic + "-0");
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Ends it in order: its files are closed, a later start looks at none of them. */
  public void stop() throws InterruptedException {
    running().stop(STOP);
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    running().kill();
  }

  /** SIGSTOP: connections stay, nothing answers, until {@link #resume}. */
  public void pause() throws IOException, InterruptedException {
    running().signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    running().signal("CONT");
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("the broker was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (isRunning()) {
      kill();
    }
  }
}
