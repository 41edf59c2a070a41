package io.elanus.cluster;

import io.elanus.kafka.KafkaLogStore;
import io.elanus.kafka.KafkaOptions;
import io.elanus.process.Folders;
import io.elanus.process.Opened;
import io.elanus.process.RoleFactory;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    check(settings, Setting.LOG_TYPE, List.of("kafka"));
    check(settings, Setting.METADATA_TYPE, SharedMetadata.TYPES);
    check(settings, Setting.OBJECTS_TYPE, SharedObjects.TYPES);
    try (Opened opened = new Opened()) {
      Opened parts = opened.add(new Opened());
      var over =
          new RoleFactory.Over(
              parts.add(KafkaLogStore.open(kafka(settings))),
              parts.add(SharedMetadata.open(settings)),
              parts.add(SharedObjects.open(settings)),
              emptyCache(settings.path(Setting.DATA_DIRECTORY).resolve("cache")));
      opened.keep();
      return new ClusterStores(parts, over);
    }
  }

  private static void check(Settings settings, Setting type, List<String> wanted) {
    if (!wanted.contains(settings.text(type).toLowerCase(Locale.ROOT))) {
      throw ElanusException.invalid(
          "setting %s is %s; processes of a cluster share their stores, so it must be %s"
              .formatted(type.key(), settings.text(type), String.join(" or ", wanted)));
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
