package io.elanus.cluster;

import io.elanus.objects.ObjectStore;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.s3.S3Credentials;
import io.elanus.s3.S3ObjectStore;
import io.elanus.s3.S3Options;
import io.elanus.schema.ElanusException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The objects of a cluster, where its settings say. */
final class SharedObjects {
  static final List<String> TYPES = List.of("s3");

  private SharedObjects() {}

  static ObjectStore open(Settings settings) {
    String type = settings.text(Setting.OBJECTS_TYPE).toLowerCase(Locale.ROOT);
    return switch (type) {
      case "s3" -> S3ObjectStore.open(s3(settings));
      default -> throw ElanusException.invalid("no objects of clusters are of type " + type);
    };
  }

  private static S3Options s3(Settings settings) {
    S3Options ofBucket =
        S3Options.ofBucket(settings.text(Setting.S3_BUCKET)).withPrefix(prefix(settings));
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

  private static String prefix(Settings settings) {
    return settings.text(Setting.CLUSTER_NAME) + "/";
  }

  private static Optional<String> given(Settings settings, Setting setting) {
    return Optional.of(settings.text(setting)).filter(text -> !text.isBlank());
  }
}
