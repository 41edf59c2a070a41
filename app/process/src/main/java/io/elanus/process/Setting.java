package io.elanus.process;

import java.util.Optional;

/**
 * Every key of the configuration with its default and what it may be: the one list there is. Sizes
 * are written {@code 128MB}, durations {@code 30m}, {@code 10s} or {@code 200ms}.
 */
public enum Setting {
  DATA_DIRECTORY("data.dir", "data", Allowed.text(), "folder that holds everything"),
  BIND_HOST("bind.host", "127.0.0.1", Allowed.text(), "address to listen on; 0.0.0.0 for all"),
  GRPC_PORT(
      "grpc.port",
      "19530",
      Allowed.number(0, 65_535),
      "port of the Milvus service; 0 picks a free one"),
  HTTP_PORT(
      "http.port",
      "9091",
      Allowed.number(0, 65_535),
      "port of health and metrics; 0 picks a free one"),
  NODE_PORT(
      "node.port",
      "0",
      Allowed.number(0, 65_535),
      "in a cluster: port by which other processes reach this one's roles; 0 picks a free one"),
  ADVERTISED_HOST(
      "node.host",
      "127.0.0.1",
      Allowed.text(),
      "in a cluster: the name or address under which others reach this process"),
  NODE_LABELS(
      "node.labels",
      "",
      Allowed.optionally(),
      "in a cluster: name=value, between commas; resource groups choose query nodes by them"),
  CLUSTER_SECRET(
      "cluster.secret",
      "",
      Allowed.optionally(),
      "in a cluster: what its processes know and nobody else, 16 bytes at least; better in a file"),
  CLUSTER_SECRET_FILE(
      "cluster.secret.file",
      "",
      Allowed.optionally(),
      "file of the secret; without either, the environment's ELANUS_CLUSTER_SECRET"),
  TLS_CERTIFICATE(
      "node.tls.cert",
      "",
      Allowed.optionally(),
      "in a cluster: PEM file of the process's certificate; processes then speak TLS"),
  TLS_KEY("node.tls.key", "", Allowed.optionally(), "PEM file of its key, PKCS #8"),
  TLS_AUTHORITY(
      "node.tls.ca",
      "",
      Allowed.optionally(),
      "PEM file of the authority that all processes' certificates come from"),
  CHANNELS(
      "channels",
      "4",
      Allowed.number(1, 1024),
      "in a cluster: physical channels of the log; new collections are spread over them"),
  LEASE_TTL(
      "lease.ttl",
      "3s",
      Allowed.duration("500ms", "5m"),
      "in a cluster: how long after a process died its place is given away"),
  LOG_TYPE(
      "log.type",
      "files",
      Allowed.words("files", "rocksdb", "memory", "kafka", "pulsar"),
      "files, rocksdb or memory; in a cluster kafka or pulsar"),
  METADATA_TYPE(
      "metadata.type",
      "files",
      Allowed.words("files", "rocksdb", "memory", "etcd", "jdbc"),
      "files, rocksdb or memory; in a cluster etcd or jdbc"),
  OBJECTS_TYPE(
      "objects.type",
      "files",
      Allowed.words("files", "memory", "s3", "azure", "gcs"),
      "files or memory; in a cluster s3, azure or gcs"),
  CLUSTER_NAME(
      "cluster.name",
      "elanus",
      Allowed.text(),
      "begins every topic, metadata key and object, so that clusters can share stores"),
  CACHE_MAX_BYTES(
      "cache.max.bytes",
      "64GB",
      Allowed.bytes("1MB", "1048576GB"),
      "copies of objects on the local disk of a process, where objects cannot be used in place"),
  KAFKA_SERVERS(
      "kafka.bootstrap.servers", "127.0.0.1:9092", Allowed.text(), "brokers, between commas"),
  KAFKA_CLIENT(
      "kafka.client",
      "",
      Allowed.optionally(),
      "further properties of Kafka's clients: key=value;key=value; in a value ;; stands for one ;"),
  PULSAR_SERVICE(
      "pulsar.service.url",
      "pulsar://127.0.0.1:6650",
      Allowed.text(),
      "brokers; pulsar+ssl:// with TLS, further hosts between commas"),
  PULSAR_ADMIN(
      "pulsar.admin.url",
      "http://127.0.0.1:8080",
      Allowed.text(),
      "the same brokers' web service, where topics are created and cut"),
  PULSAR_NAMESPACE(
      "pulsar.namespace",
      "public/default",
      Allowed.text(),
      "tenant/namespace of all topics; it must exist"),
  PULSAR_CLIENT(
      "pulsar.client",
      "",
      Allowed.optionally(),
      "further properties of Pulsar's clients: key=value;key=value; in a value ;; stands for one ;"),
  ETCD_ENDPOINTS("etcd.endpoints", "127.0.0.1:2379", Allowed.text(), "host:port, between commas"),
  ETCD_USER("etcd.user", "", Allowed.optionally(), "where etcd asks for one"),
  ETCD_PASSWORD("etcd.password", "", Allowed.optionally(), "of that user"),
  JDBC_URL(
      "jdbc.url",
      "jdbc:postgresql://127.0.0.1:5432/elanus",
      Allowed.text(),
      "jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:, with the driver's parameters"),
  JDBC_USER("jdbc.user", "", Allowed.optionally(), "empty: as the URL says"),
  JDBC_PASSWORD("jdbc.password", "", Allowed.optionally(), "of that user"),
  S3_BUCKET("s3.bucket", "elanus", Allowed.text(), "bucket of all objects; it must exist"),
  S3_ENDPOINT(
      "s3.endpoint", "", Allowed.optionally(), "of MinIO, Ceph and the like; empty: that of AWS"),
  S3_REGION("s3.region", "", Allowed.optionally(), "empty: what the environment says"),
  S3_ACCESS_KEY(
      "s3.access.key",
      "",
      Allowed.optionally(),
      "empty: environment, profile or the role of the instance"),
  S3_SECRET_KEY("s3.secret.key", "", Allowed.optionally(), "of that key"),
  AZURE_CONTAINER("azure.container", "elanus", Allowed.text(), "of all objects; it must exist"),
  AZURE_ACCOUNT("azure.account", "", Allowed.optionally(), "the storage account"),
  AZURE_ENDPOINT(
      "azure.endpoint",
      "",
      Allowed.optionally(),
      "of an emulator or another cloud; empty: https://ACCOUNT.blob.core.windows.net"),
  AZURE_KEY(
      "azure.key",
      "",
      Allowed.optionally(),
      "of the account; empty, as are the next two: environment, workload or managed identity"),
  AZURE_SAS("azure.sas", "", Allowed.optionally(), "a shared access signature of the container"),
  AZURE_CONNECTION_STRING(
      "azure.connection.string",
      "",
      Allowed.optionally(),
      "in the place of account, endpoint and key"),
  AZURE_CLIENT_ID(
      "azure.client.id", "", Allowed.optionally(), "of a managed identity that a user assigned"),
  GCS_BUCKET("gcs.bucket", "elanus", Allowed.text(), "bucket of all objects; it must exist"),
  GCS_ENDPOINT("gcs.endpoint", "", Allowed.optionally(), "of an emulator; empty: that of Google"),
  GCS_CREDENTIALS_FILE(
      "gcs.credentials.file",
      "",
      Allowed.optionally(),
      "a key of a service account; empty: environment or the instance; none: without credentials"),
  WIRING(
      "wiring",
      "direct",
      Allowed.words("direct", "sockets"),
      "direct, or sockets: every role behind a loopback socket of its own"),
  MAX_REQUEST_BYTES_IN_FLIGHT(
      "requests.max.bytes.in.flight",
      "256MB",
      Allowed.bytes("16MB", "1024GB"),
      "memory of requests at one time; half the heap at most"),
  SEGMENT_MAX_ROWS(
      "segment.max.rows",
      "1000000",
      Allowed.number(1, 1_000_000_000),
      "a growing segment is sealed at this many rows"),
  SEGMENT_MAX_BYTES(
      "segment.max.bytes", "512MB", Allowed.bytes("1KB", "64GB"), "and at this many bytes"),
  GROWING_MAX_BYTES(
      "growing.max.bytes",
      "2GB",
      Allowed.bytes("1MB", "1024GB"),
      "memory of rows not yet flushed; writes wait above it"),
  LOG_FILE_BYTES(
      "log.file.bytes",
      "64MB",
      Allowed.bytes("4KB", "2047MB"),
      "size of a log file; only whole files are cut"),
  LOG_RETAINED_BYTES(
      "log.retained.bytes",
      "128MB",
      Allowed.bytes("4KB", "16384GB"),
      "segments are sealed when the log holds more than this"),
  METADATA_SNAPSHOT_BYTES(
      "metadata.snapshot.bytes",
      "1MB",
      Allowed.bytes("1KB", "1GB"),
      "metadata journal after which a snapshot replaces it"),
  RETENTION(
      "read.retention",
      "30m",
      Allowed.duration("0ms", "365d"),
      "how long a timestamp may stay pinned"),
  GRACEFUL_TIME(
      "read.graceful.time",
      "5s",
      Allowed.duration("0ms", "24h"),
      "staleness that Bounded reads allow"),
  WARM_UP(
      "warm.up",
      "true",
      Allowed.words("true", "false"),
      "rehearse on a scratch server after the start: some seconds of both cores, then quick at once"),
  TRACE_ENDPOINT(
      "trace.otlp.endpoint",
      "",
      Allowed.optionally(),
      "where traces go, by OTLP over HTTP, such as http://collector:4318/v1/traces; empty: nowhere"),
  TRACE_SAMPLE_PERCENT(
      "trace.sample.percent",
      "100",
      Allowed.number(0, 100),
      "of the requests whose client did not decide: how many are traced"),
  SEARCH_THREADS(
      "search.threads", "0", Allowed.number(0, 1024), "threads for reads; 0: one for each core"),
  BUILD_THREADS(
      "build.threads",
      "0",
      Allowed.number(0, 1024),
      "threads for index builds and compaction; 0: one for each core"),
  INDEX_BUILD_MAX_BYTES(
      "index.build.max.bytes",
      "0",
      Allowed.bytes("0", "16384GB"),
      "memory that index builds may take together; one that would take more waits, or is refused"
          + " and its rows are scanned; 0: half of the machine's");

  private final String key;
  private final String defaultText;
  private final Allowed allowed;
  private final String meaning;

  Setting(String key, String defaultText, Allowed allowed, String meaning) {
    this.key = key;
    this.defaultText = defaultText;
    this.allowed = allowed;
    this.meaning = meaning;
  }

  public String key() {
    return key;
  }

  public String defaultText() {
    return defaultText;
  }

  public String meaning() {
    return meaning;
  }

  Allowed allowed() {
    return allowed;
  }

  static Optional<Setting> ofKey(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }
}
