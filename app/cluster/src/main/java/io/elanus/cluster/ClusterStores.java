package io.elanus.cluster;

import io.elanus.etcd.EtcdMetadataStore;
import io.elanus.etcd.EtcdOptions;
import io.elanus.kafka.KafkaLogStore;
import io.elanus.kafka.KafkaOptions;
import io.elanus.process.Folders;
import io.elanus.process.Opened;
import io.elanus.process.RoleFactory;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.s3.S3Credentials;
import io.elanus.s3.S3ObjectStore;
import io.elanus.s3.S3Options;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stores that all processes of a cluster share, and this process's own folder for copies of
 * objects, {@code cache} in its data folder, which begins empty.
 */
public final class ClusterStores implements AutoCloseable {
  private final Opened parts;
  private final RoleFactory.Over over;

  private ClusterStores(Opened parts, RoleFactory.Over over) {
    this.parts = parts;
    this.over = over;
  }

  /** Connects to them; UNAVAILABLE when one cannot be reached. */
  public static ClusterStores open(Settings settings) {
    check(settings, Setting.LOG_TYPE, "kafka");
    check(settings, Setting.METADATA_TYPE, "etcd");
    check(settings, Setting.OBJECTS_TYPE, "s3");
    try (Opened opened = new Opened()) {
      Opened parts = opened.add(new Opened());
      var over =
          new RoleFactory.Over(
              parts.add(KafkaLogStore.open(kafka(settings))),
              parts.add(EtcdMetadataStore.open(etcd(settings))),
              parts.add(S3ObjectStore.open(s3(settings))),
              emptyCache(settings.path(Setting.DATA_DIRECTORY).resolve("cache")));
      opened.keep();
      return new ClusterStores(parts, over);
    }
  }

  private static void check(Settings settings, Setting type, String wanted) {
    if (!settings.text(type).equalsIgnoreCase(wanted)) {
      throw ElanusException.invalid(
          "setting %s is %s; processes of a cluster share their stores, so it must be %s"
              .formatted(type.key(), settings.text(type), wanted));
    }
  }

  private static KafkaOptions kafka(Settings settings) {
    return KafkaOptions.of(
            settings.text(Setting.KAFKA_SERVERS), settings.text(Setting.CLUSTER_NAME) + ".")
        .withClient(pairs(settings.text(Setting.KAFKA_CLIENT)));
  }

  /** {@code key=value;key=value}; two semicolons stand for one that is part of a value. */
  static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split("(?<!;);(?!;)", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String value = pair.substring(equals + 1).strip().replace(";;", ";");
        pairs.put(pair.substring(0, equals).strip(), value);
      } else if (!pair.isBlank()) {
        throw ElanusException.invalid(
            "setting " + Setting.KAFKA_CLIENT.key() + " wants key=value;key=value");
      }
    }
    return pairs;
  }

  private static EtcdOptions etcd(Settings settings) {
    EtcdOptions options =
        EtcdOptions.of(
            List.of(settings.text(Setting.ETCD_ENDPOINTS).split("\\s*,\\s*", -1)),
            settings.text(Setting.CLUSTER_NAME) + "/");
    String user = settings.text(Setting.ETCD_USER);
    return user.isEmpty()
        ? options
        : options.as(new EtcdOptions.User(user, settings.text(Setting.ETCD_PASSWORD)));
  }

  private static S3Options s3(Settings settings) {
    S3Options ofBucket =
        S3Options.ofBucket(settings.text(Setting.S3_BUCKET))
            .withPrefix(settings.text(Setting.CLUSTER_NAME) + "/");
    S3Options options =
        given(settings, Setting.S3_ENDPOINT)
            .map(endpoint -> ofBucket.withEndpoint(URI.create(endpoint)))
            .orElse(ofBucket);
    options = given(settings, Setting.S3_REGION).map(options::withRegion).orElse(options);
    Optional<String> key = given(settings, Setting.S3_ACCESS_KEY);
    return key.isEmpty()
        ? options
        : options.withCredentials(
            new S3Credentials(key.get(), settings.text(Setting.S3_SECRET_KEY), Optional.empty()));
  }

  private static Optional<String> given(Settings settings, Setting setting) {
    return Optional.of(settings.text(setting)).filter(text -> !text.isBlank());
  }

  private static Path emptyCache(Path folder) {
    try {
      if (Files.exists(folder)) {
        Folders.remove(folder);
      }
      return Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new ElanusException(
          ErrorCode.IO_FAILED, "the cache folder cannot be made, " + failure.getMessage(), failure);
    }
  }

  /** What roles are built over. */
  public RoleFactory.Over over() {
    return over;
  }

  @Override
  public void close() {
    parts.close();
  }
}
