package io.elanus.cluster;

import io.elanus.etcd.EtcdMetadataStore;
import io.elanus.etcd.EtcdOptions;
import io.elanus.jdbc.JdbcMetadataStore;
import io.elanus.jdbc.JdbcOptions;
import io.elanus.metadata.MetadataStore;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Locale;

/** The metadata of a cluster, where its settings say. */
final class SharedMetadata {
  static final List<String> TYPES = List.of("etcd", "jdbc");

  private SharedMetadata() {}

  static MetadataStore open(Settings settings) {
    String type = settings.text(Setting.METADATA_TYPE).toLowerCase(Locale.ROOT);
    return switch (type) {
      case "etcd" -> EtcdMetadataStore.open(etcd(settings));
      case "jdbc" -> JdbcMetadataStore.open(jdbc(settings));
      default -> throw ElanusException.invalid("no metadata of clusters is of type " + type);
    };
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

  private static JdbcOptions jdbc(Settings settings) {
    return JdbcOptions.of(
        settings.text(Setting.JDBC_URL),
        settings.text(Setting.JDBC_USER),
        settings.text(Setting.JDBC_PASSWORD),
        settings.text(Setting.CLUSTER_NAME));
  }
}
