package io.elanus.cluster;

import io.elanus.azure.AzureCredentials;
import io.elanus.azure.AzureObjectStore;
import io.elanus.azure.AzureOptions;
import io.elanus.gcs.GcsCredentials;
import io.elanus.gcs.GcsObjectStore;
import io.elanus.gcs.GcsOptions;
import io.elanus.objects.ObjectStore;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.s3.S3Credentials;
import io.elanus.s3.S3ObjectStore;
import io.elanus.s3.S3Options;
import io.elanus.schema.ElanusException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The objects of a cluster, where its settings say. */
final class SharedObjects {
  static final List<String> TYPES = List.of("s3", "azure", "gcs");

  private SharedObjects() {}

  static ObjectStore open(Settings settings) {
    String type = settings.text(Setting.OBJECTS_TYPE).toLowerCase(Locale.ROOT);
    return switch (type) {
      case "s3" -> S3ObjectStore.open(s3(settings));
      case "azure" -> AzureObjectStore.open(azure(settings));
      case "gcs" -> GcsObjectStore.open(gcs(settings));
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

  private static AzureOptions azure(Settings settings) {
    AzureCredentials credentials = credentials(settings);
    Optional<URI> endpoint =
        given(settings, Setting.AZURE_ENDPOINT)
            .or(() ->
                given(settings, Setting.AZURE_ACCOUNT)
                    .map(account -> "https://" + account + ".blob.core.windows.net"))
            .map(URI::create);
    return AzureOptions.of(settings.text(Setting.AZURE_CONTAINER), endpoint, credentials)
        .withPrefix(prefix(settings));
  }

  /** The first that is given. */
  private static AzureCredentials credentials(Settings settings) {
    Optional<String> connection = given(settings, Setting.AZURE_CONNECTION_STRING);
    Optional<String> key = given(settings, Setting.AZURE_KEY);
    Optional<String> sas = given(settings, Setting.AZURE_SAS);
    if (connection.isPresent()) {
      return new AzureCredentials.ConnectionString(connection.get());
    }
    if (key.isPresent()) {
      return new AzureCredentials.AccountKey(settings.text(Setting.AZURE_ACCOUNT), key.get());
    }
    return sas.isPresent()
        ? new AzureCredentials.Sas(sas.get())
        : new AzureCredentials.Identity(given(settings, Setting.AZURE_CLIENT_ID));
  }

  private static GcsOptions gcs(Settings settings) {
    GcsOptions ofBucket =
        GcsOptions.ofBucket(settings.text(Setting.GCS_BUCKET)).withPrefix(prefix(settings));
    GcsOptions options =
        given(settings, Setting.GCS_ENDPOINT)
            .map(endpoint -> ofBucket.withEndpoint(URI.create(endpoint)))
            .orElse(ofBucket);
    return given(settings, Setting.GCS_CREDENTIALS_FILE)
        .map(file -> options.withCredentials(ofFile(file)))
        .orElse(options);
  }

  private static GcsCredentials ofFile(String file) {
    return file.equals("none")
        ? new GcsCredentials.None()
        : new GcsCredentials.KeyFile(Path.of(file));
  }

  private static String prefix(Settings settings) {
    return settings.text(Setting.CLUSTER_NAME) + "/";
  }

  private static Optional<String> given(Settings settings, Setting setting) {
    return Optional.of(settings.text(setting)).filter(text -> !text.isBlank());
  }
}
