package io.elanus.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import io.elanus.schema.ElanusException;
import java.time.Duration;

/** Builds Azure's client from our options. */
final class AzureClients {
  /** The deadline ends a request long before. */
  private static final int MOST_ATTEMPTS = 100;

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private AzureClients() {}

  static BlobContainerClient open(AzureOptions options) {
    HttpClient http =
        new JdkHttpClientBuilder()
            .connectionTimeout(CONNECT)
            .responseTimeout(options.stall())
            .readTimeout(options.stall())
            .writeTimeout(options.stall())
            .build();
    var builder =
        new BlobContainerClientBuilder()
            .containerName(options.container())
            .httpClient(http)
            .retryOptions(
                new RequestRetryOptions(
                    RetryPolicyType.EXPONENTIAL,
                    MOST_ATTEMPTS,
                    options.deadline(),
                    Duration.ofMillis(FIRST_PAUSE_MILLIS),
                    Duration.ofMillis(LONGEST_PAUSE_MILLIS),
                    null));
    try {
      switch (options.credentials()) {
        case AzureCredentials.ConnectionString string -> builder.connectionString(string.text());
        case AzureCredentials.AccountKey key ->
            builder.credential(new StorageSharedKeyCredential(key.account(), key.key()));
        case AzureCredentials.Sas sas -> builder.sasToken(sas.signature());
        case AzureCredentials.Identity identity -> {
          var chain = new DefaultAzureCredentialBuilder().httpClient(http);
          identity.clientId().ifPresent(chain::managedIdentityClientId);
          builder.credential(chain.build());
        }
      }
      options.endpoint().ifPresent(endpoint -> builder.endpoint(endpoint.toString()));
      return builder.buildClient();
    } catch (IllegalArgumentException | IllegalStateException unreadable) {
      // its message may repeat the secret
      throw ElanusException.invalid("the credentials or the endpoint of Azure cannot be read");
    }
  }
}
