package io.elanus.cluster;

import io.elanus.kafka.KafkaLogStore;
import io.elanus.kafka.KafkaOptions;
import io.elanus.log.LogStore;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.pulsar.PulsarLogStore;
import io.elanus.pulsar.PulsarOptions;
import io.elanus.schema.ElanusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The log of a cluster, where its settings say. */
final class SharedLog {
  static final List<String> TYPES = List.of("kafka", "pulsar");

  private SharedLog() {}

  static LogStore open(Settings settings) {
    String type = settings.text(Setting.LOG_TYPE).toLowerCase(Locale.ROOT);
    return switch (type) {
      case "kafka" -> KafkaLogStore.open(kafka(settings));
      case "pulsar" -> PulsarLogStore.open(pulsar(settings));
      default -> throw ElanusException.invalid("no log of clusters is of type " + type);
    };
  }

  private static KafkaOptions kafka(Settings settings) {
    return KafkaOptions.of(settings.text(Setting.KAFKA_SERVERS), prefix(settings))
        .withClient(pairs(settings, Setting.KAFKA_CLIENT));
  }

  private static PulsarOptions pulsar(Settings settings) {
    return PulsarOptions.of(
            settings.text(Setting.PULSAR_SERVICE),
            settings.text(Setting.PULSAR_ADMIN),
            prefix(settings))
        .in(settings.text(Setting.PULSAR_NAMESPACE))
        .withClient(pairs(settings, Setting.PULSAR_CLIENT));
  }

  private static String prefix(Settings settings) {
    return settings.text(Setting.CLUSTER_NAME) + ".";
  }

  private static Map<String, String> pairs(Settings settings, Setting setting) {
    return pairs(settings.text(setting), setting.key());
  }

  /** {@code key=value;key=value}; two semicolons stand for one that is part of a value. */
  static Map<String, String> pairs(String text, String key) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split("(?<!;);(?!;)", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String value = pair.substring(equals + 1).strip().replace(";;", ";");
        pairs.put(pair.substring(0, equals).strip(), value);
      } else if (!pair.isBlank()) {
        throw ElanusException.invalid("setting " + key + " wants key=value;key=value");
      }
    }
    return pairs;
  }
}
