package io.elanus.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Pulsar broker with a bookie and metadata of its own (Pulsar's standalone mode), as a process
 * on loopback. It keeps ports and folder for life: what was stopped or killed is started again by
 * {@link #start}.
 */
public final class PulsarBroker implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(180);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 50;

  private final Path libraries;
  private final Path folder;
  private final int port;
  private final int webPort;
  private final int bookiePort;
  private @Nullable ChildServer process;

  private PulsarBroker(Path libraries, Path folder) throws IOException {
    this.libraries = libraries;
    this.folder = folder;
    this.port = Ports.free();
    this.webPort = Ports.free();
    this.bookiePort = Ports.free();
  }

  /**
   * A new broker, started and ready.
   *
   * @param libraries the folder that {@code testing/servers/pulsar} prints
   * @param folder empty, for its data and its output; left behind
   * @param settings further ones, as {@code broker.conf} has them
   */
  public static PulsarBroker create(Path libraries, Path folder, String... settings)
      throws IOException, InterruptedException {
    var broker = new PulsarBroker(libraries, folder);
    broker.configure(String.join("\n", settings));
    broker.start();
    return broker;
  }

  /**
   * Small, and its journal holds the data: a killed bookie has what it acknowledged. Readers at a
   * topic's end get what is new at once, not within 10 ms.
   */
  private void configure(String settings) throws IOException {
    Files.writeString(
        folder.resolve("broker.conf"),
        """
        clusterName=standalone
        brokerServicePort=%d
        webServicePort=%d
        bindAddress=127.0.0.1
        advertisedAddress=127.0.0.1
        loadBalancerEnabled=false
        loadManagerClassName=org.apache.pulsar.broker.loadbalance.NoopLoadManager
        managedLedgerDefaultEnsembleSize=1
        managedLedgerDefaultWriteQuorum=1
        managedLedgerDefaultAckQuorum=1
        managedLedgerCacheSizeMB=32
        managedLedgerNewEntriesCheckDelayInMillis=0
        systemTopicEnabled=false
        topicLevelPoliciesEnabled=false
        allowAutoTopicCreation=false
        webSocketServiceEnabled=false
        numIOThreads=2
        numHttpServerThreads=8
        dispatcherReadFailureBackoffInitialTimeInMs=200
        dispatcherReadFailureBackoffMaxTimeInMs=1000
        journalWriteData=true
        journalSyncData=false
        journalMaxGroupWaitMSec=0
        journalPreAllocSizeMB=4
        allowLoopback=true
        diskUsageThreshold=0.999
        diskUsageWarnThreshold=0.99
        httpServerEnabled=false
        prometheusStatsHttpPort=0
        statsProviderClass=org.apache.bookkeeper.stats.NullStatsProvider
        ledgerStorageClass=org.apache.bookkeeper.bookie.storage.ldb.DbLedgerStorage
        dbStorage_writeCacheMaxSizeMb=16
        dbStorage_readAheadCacheMaxSizeMb=16
        dbStorage_rocksDB_blockCacheSize=4194304
        """
                .formatted(port, webPort)
            + settings
            + "\n");
    Files.writeString(
        folder.resolve("log4j2.properties"),
        """
        rootLogger.level = warn
        rootLogger.appenderRef.out.ref = out
        appender.out.type = Console
        appender.out.name = out
        appender.out.layout.type = PatternLayout
        appender.out.layout.pattern = %d %p %c{1} %m%n
        logger.service.name = org.apache.pulsar.broker.PulsarService
        logger.service.level = info
        """);
  }

  /** Starts it again on the same folder and ports; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process =
        ChildServer.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:MaxDirectMemorySize=384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.platform=ALL-UNNAMED",
                "--add-opens=java.base/sun.net=ALL-UNNAMED",
                "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
                "--add-opens=java.management/sun.management=ALL-UNNAMED",
                "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                "-cp",
                libraries + "/*",
                "org.apache.pulsar.PulsarStandaloneStarter",
                "--config",
                folder.resolve("broker.conf").toString(),
                "--metadata-dir",
                folder.resolve("metadata").toString(),
                "--bookkeeper-dir",
                folder.resolve("bookie").toString(),
                "--bookkeeper-port",
                Integer.toString(bookiePort),
                "--no-functions-worker",
                "--no-stream-storage"),
            folder.resolve("output.log"),
            "messaging service is ready",
            START);
    awaitNamespace();
  }

  /** At its first start the broker makes the namespace of all topics when it serves already. */
  private void awaitNamespace() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!namespaces().contains("public/default")) {
      if (!isRunning() || System.nanoTime() > deadline) {
        throw new IOException("the broker has no namespace");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private String namespaces() {
    URI asked = URI.create(adminUrl() + "/admin/v2/namespaces/public");
    try (InputStream said = asked.toURL().openStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  public String serviceUrl() {
    return "pulsar://127.0.0.1:" + port;
  }

  public String adminUrl() {
    return "http://127.0.0.1:" + webPort;
  }

  public long pid() {
    return running().pid();
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Ends it in order. */
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
