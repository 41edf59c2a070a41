package io.elanus.embedded.process;

import java.util.Optional;

/**
 * Every key of the configuration with its default: the one list there is. Sizes are written {@code
 * 128MB}, durations {@code 30m}, {@code 10s} or {@code 200ms}.
 */
public enum Setting {
  DATA_DIRECTORY("data.dir", "data", "folder that holds everything"),
  BIND_HOST("bind.host", "127.0.0.1", "address to listen on; 0.0.0.0 for all"),
  GRPC_PORT("grpc.port", "19530", "port of the Milvus service; 0 picks a free one"),
  HTTP_PORT("http.port", "9091", "port of health and metrics; 0 picks a free one"),
  LOG_TYPE("log.type", "files", "files, rocksdb or memory"),
  METADATA_TYPE("metadata.type", "files", "files, rocksdb or memory"),
  OBJECTS_TYPE("objects.type", "files", "files or memory"),
  WIRING("wiring", "direct", "direct, or sockets: every role behind a loopback socket of its own"),
  MAX_REQUEST_BYTES_IN_FLIGHT(
      "requests.max.bytes.in.flight",
      "256MB",
      "memory of requests at one time; half the heap at most"),
  SEGMENT_MAX_ROWS("segment.max.rows", "1000000", "a growing segment is sealed at this many rows"),
  SEGMENT_MAX_BYTES("segment.max.bytes", "512MB", "and at this many bytes"),
  GROWING_MAX_BYTES(
      "growing.max.bytes", "2GB", "memory of rows not yet flushed; writes wait above it"),
  LOG_FILE_BYTES("log.file.bytes", "64MB", "size of a log file; only whole files are cut"),
  LOG_RETAINED_BYTES(
      "log.retained.bytes", "1GB", "segments are sealed when the log holds more than this"),
  METADATA_SNAPSHOT_BYTES(
      "metadata.snapshot.bytes", "1MB", "metadata journal after which a snapshot replaces it"),
  RETENTION("read.retention", "30m", "how long a timestamp may stay pinned"),
  GRACEFUL_TIME("read.graceful.time", "5s", "staleness that Bounded reads allow"),
  WARM_UP(
      "warm.up",
      "true",
      "rehearse on a scratch server after the start: some seconds of both cores, then quick at once"),
  SEARCH_THREADS("search.threads", "0", "threads for reads; 0: one for each core"),
  BUILD_THREADS(
      "build.threads", "0", "threads for index builds and compaction; 0: one for each core");

  private final String key;
  private final String defaultText;
  private final String meaning;

  Setting(String key, String defaultText, String meaning) {
    this.key = key;
    this.defaultText = defaultText;
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

  static Optional<Setting> ofKey(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }
}
