package io.elanus.devcluster;

import io.elanus.servers.AzuriteServer;
import io.elanus.servers.EtcdServer;
import io.elanus.servers.GcsServer;
import io.elanus.servers.KafkaBroker;
import io.elanus.servers.MariaDbServer;
import io.elanus.servers.PostgresServer;
import io.elanus.servers.PulsarBroker;
import io.elanus.servers.S3Server;
import io.elanus.servers.ServerLibraries;
import io.elanus.servers.SqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The servers of others in which a cluster keeps what it has, each in a folder below one; what
 * starts one returns the settings by which the cluster's processes find it.
 */
final class StoreServers implements AutoCloseable {
  /** Who keeps the log. */
  enum Log {
    KAFKA,
    PULSAR
  }

  /** Who keeps the metadata. */
  enum Metadata {
    ETCD,
    POSTGRESQL,
    MARIADB
  }

  /** Who keeps the objects. */
  enum Objects {
    S3,
    AZURE,
    GCS
  }

  /** Who keeps what. */
  record Kinds(Log log, Metadata metadata, Objects objects) {}

  private final Path home;
  private final Path folder;
  private final Deque<AutoCloseable> servers = new ArrayDeque<>();

  /**
   * @param home of the repository, whose scripts fetch what is to be started
   */
  StoreServers(Path home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  String start(Kinds kinds) throws IOException, InterruptedException {
    return start(kinds.log()) + start(kinds.metadata()) + start(kinds.objects());
  }

  private String start(Log log) throws IOException, InterruptedException {
    return switch (log) {
      case KAFKA -> startKafka();
      case PULSAR -> startPulsar();
    };
  }

  private String startKafka() throws IOException, InterruptedException {
    KafkaBroker kafka = opened(KafkaBroker.create(libraries("kafka"), of("kafka")));
    told("kafka", kafka.pid(), kafka.bootstrapServers());
    return """
    log.type: kafka
    kafka.bootstrap.servers: "%s"
    """
        .formatted(kafka.bootstrapServers());
  }

  private String startPulsar() throws IOException, InterruptedException {
    PulsarBroker pulsar = opened(PulsarBroker.create(libraries("pulsar"), of("pulsar")));
    told("pulsar", pulsar.pid(), pulsar.serviceUrl() + " " + pulsar.adminUrl());
    return """
    log.type: pulsar
    pulsar.service.url: "%s"
    pulsar.admin.url: "%s"
    """
        .formatted(pulsar.serviceUrl(), pulsar.adminUrl());
  }

  private String start(Metadata metadata) throws IOException, InterruptedException {
    return switch (metadata) {
      case ETCD -> startEtcd();
      case POSTGRESQL ->
          told(
              "postgresql",
              opened(PostgresServer.create(libraries("postgresql"), of("postgresql"))));
      case MARIADB ->
          told("mariadb", opened(MariaDbServer.create(libraries("mariadb"), of("mariadb"))));
    };
  }

  private String startEtcd() throws IOException, InterruptedException {
    EtcdServer etcd = opened(EtcdServer.create(libraries("etcd"), of("etcd")));
    told("etcd", etcd.pid(), etcd.endpoint());
    return """
    metadata.type: etcd
    etcd.endpoints: "%s"
    """
        .formatted(etcd.endpoint());
  }

  private static String told(String name, SqlServer database) {
    told(name, database.pid(), database.url());
    return """
    metadata.type: jdbc
    jdbc.url: "%s"
    jdbc.user: "%s"
    jdbc.password: "%s"
    """
        .formatted(database.url(), SqlServer.USER, SqlServer.PASSWORD);
  }

  private String start(Objects objects) throws IOException, InterruptedException {
    return switch (objects) {
      case S3 -> startS3();
      case AZURE -> startAzure();
      case GCS -> startGcs();
    };
  }

  private String startS3() throws IOException, InterruptedException {
    S3Server s3 = opened(S3Server.create(libraries("s3"), of("s3")));
    told("s3", s3.pid(), s3.endpoint());
    return """
    objects.type: s3
    s3.endpoint: "%s"
    s3.bucket: %s
    s3.access.key: "%s"
    s3.secret.key: "%s"
    """
        .formatted(s3.endpoint(), S3Server.BUCKET, S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
  }

  private String startAzure() throws IOException, InterruptedException {
    AzuriteServer azure = opened(AzuriteServer.create(libraries("azurite"), of("azure")));
    azure.createContainer();
    told("azure", azure.pid(), azure.endpoint());
    return """
    objects.type: azure
    azure.endpoint: "%s"
    azure.container: %s
    azure.account: "%s"
    azure.key: "%s"
    """
        .formatted(
            azure.endpoint(), AzuriteServer.CONTAINER, AzuriteServer.ACCOUNT, AzuriteServer.KEY);
  }

  private String startGcs() throws IOException, InterruptedException {
    GcsServer gcs = opened(GcsServer.create(libraries("gcs"), of("gcs")));
    told("gcs", gcs.pid(), gcs.endpoint());
    return """
    objects.type: gcs
    gcs.endpoint: "%s"
    gcs.bucket: %s
    gcs.credentials.file: none
    """
        .formatted(gcs.endpoint(), GcsServer.BUCKET);
  }

  private static void told(String name, long pid, String where) {
    DevCluster.told(name, "pid " + pid + " " + where);
  }

  private Path of(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private Path libraries(String server) throws IOException, InterruptedException {
    return switch (ServerLibraries.prepare(home, server)) {
      case ServerLibraries.Ready ready -> ready.folder();
      case ServerLibraries.Missing missing -> throw new IOException(missing.reason());
    };
  }

  private <T extends AutoCloseable> T opened(T server) {
    servers.push(server);
    return server;
  }

  @Override
  public void close() {
    while (!servers.isEmpty()) {
      DevCluster.close(servers.pop());
    }
  }
}
