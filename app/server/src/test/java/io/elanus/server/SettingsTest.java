package io.elanus.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
  @Test
  void everyKeyAndItsDefault() {
    String all =
        Arrays.stream(Setting.values())
            .map(setting -> setting.key() + " = " + setting.defaultText())
            .collect(Collectors.joining("\n"));
    assertThat(all)
        .isEqualTo(
            """
            data.dir = data
            bind.host = 127.0.0.1
            grpc.port = 19530
            http.port = 9091
            node.port = 0
            node.host = 127.0.0.1
            node.labels =\s
            cluster.secret =\s
            cluster.secret.file =\s
            node.tls.cert =\s
            node.tls.key =\s
            node.tls.ca =\s
            channels = 4
            lease.ttl = 3s
            log.type = files
            metadata.type = files
            objects.type = files
            cluster.name = elanus
            cache.max.bytes = 64GB
            kafka.bootstrap.servers = 127.0.0.1:9092
            kafka.client =\s
            pulsar.service.url = pulsar://127.0.0.1:6650
            pulsar.admin.url = http://127.0.0.1:8080
            pulsar.namespace = public/default
            pulsar.client =\s
            etcd.endpoints = 127.0.0.1:2379
            etcd.user =\s
            etcd.password =\s
            jdbc.url = jdbc:postgresql://127.0.0.1:5432/elanus
            jdbc.user =\s
            jdbc.password =\s
            s3.bucket = elanus
            s3.endpoint =\s
            s3.region =\s
            s3.access.key =\s
            s3.secret.key =\s
            azure.container = elanus
            azure.account =\s
            azure.endpoint =\s
            azure.key =\s
            azure.sas =\s
            azure.connection.string =\s
            azure.client.id =\s
            gcs.bucket = elanus
            gcs.endpoint =\s
            gcs.credentials.file =\s
            wiring = direct
            requests.max.bytes.in.flight = 256MB
            segment.max.rows = 1000000
            segment.max.bytes = 512MB
            growing.max.bytes = 2GB
            log.file.bytes = 64MB
            log.retained.bytes = 128MB
            metadata.snapshot.bytes = 1MB
            read.retention = 30m
            read.graceful.time = 5s
            warm.up = true
            trace.otlp.endpoint =\s
            trace.sample.percent = 100
            search.threads = 0
            build.threads = 0
            index.build.max.bytes = 0\
            """);
  }

  @Test
  void laterSourcesWin(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("e.yaml"), "grpc:\n  port: 1\nlog.type: rocksdb\n");
    Settings settings = SettingsFile.read(file, Settings.defaults()).with("grpc.port", "2");
    assertThat(settings.number(Setting.GRPC_PORT)).isEqualTo(2);
    assertThat(settings.text(Setting.LOG_TYPE)).isEqualTo("rocksdb");
    assertThat(settings.bytes(Setting.SEGMENT_MAX_BYTES)).isEqualTo(512L << 20);
    assertThat(settings.duration(Setting.RETENTION)).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void secretsComeFromTheEnvironment(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("e.yaml"), "etcd.user: root\netcd.password: \"a-${WORD}-${OTHER}\"\n");
    Map<String, String> environment = Map.of("WORD", "$1\\", "OTHER", "b");
    Settings settings = SettingsFile.read(file, Settings.defaults(), environment::get);
    assertThat(settings.text(Setting.ETCD_PASSWORD)).isEqualTo("a-$1\\-b");
    assertThatThrownBy(() -> SettingsFile.read(file, Settings.defaults(), name -> null))
        .hasMessageContaining("etcd.password names the environment variable WORD");
  }

  @Test
  void unknownKeysAndBadValuesAreNamed() {
    assertThatThrownBy(() -> Settings.defaults().with("grpc.prot", "1"))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("grpc.prot");
    assertThatThrownBy(
            () -> Settings.defaults().with("read.retention", "soon").duration(Setting.RETENTION))
        .hasMessageContaining("read.retention cannot be \"soon\"");
    assertThatThrownBy(() -> Settings.defaults().with("grpc.port", "99999"))
        .hasMessageContaining("grpc.port cannot be \"99999\"");
    assertThatThrownBy(() -> Settings.defaults().with("data.dir", "").path(Setting.DATA_DIRECTORY))
        .hasMessageContaining("data.dir cannot be \"\"");
  }

  @Test
  void defaultsAreAllowed() {
    for (Setting setting : Setting.values()) {
      assertThat(Settings.defaults().with(setting.key(), setting.defaultText())).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "segment.max.rows, 0, 1 to 1000000000",
    "segment.max.rows, 99999999999999999999, 1 to 1000000000",
    "segment.max.rows, -1, 1 to 1000000000",
    "segment.max.bytes, 0, 1KB to 64GB",
    "growing.max.bytes, -5MB, 1MB to 1024GB",
    "index.build.max.bytes, 16385GB, 0 to 16384GB",
    "log.file.bytes, 9223372036854775807GB, 4KB to 2047MB",
    "requests.max.bytes.in.flight, 1MB, 16MB to 1024GB",
    "search.threads, 100000, 0 to 1024",
    "build.threads, -1, 0 to 1024",
    "read.retention, 99999d, 0ms to 365d",
    "read.graceful.time, 5, 0ms to 24h",
    "http.port, 65536, 0 to 65535",
    "warm.up, perhaps, 'true, false'",
    "wiring, pigeons, 'direct, sockets'",
    "log.type, paper, 'files, rocksdb, memory'",
  })
  void valuesOutOfRangeAreRefusedWithTheRange(String key, String value, String allowed) {
    assertThatThrownBy(() -> Settings.defaults().with(key, value))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining(
            "setting " + key + " cannot be \"" + value + "\", allowed is " + allowed);
  }
}
