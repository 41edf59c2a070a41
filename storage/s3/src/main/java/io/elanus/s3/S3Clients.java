package io.elanus.s3;

import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Builds AWS' client from our options. */
final class S3Clients {
  private static final int MOST_CONNECTIONS = 128;

  /** The deadline ends a request long before. */
  private static final int MOST_ATTEMPTS = 100;

  private static final Duration CONNECT = Duration.ofSeconds(3);

  private S3Clients() {}

  static S3Client open(S3Options options) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http(options))
            .credentialsProvider(credentials(options))
            .serviceConfiguration(configuration(options))
            // CRC32C is sent with every object already, as a header that old servers overlook
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                calls -> calls.apiCallTimeout(options.deadline()).retryStrategy(retries()));
    options.endpoint().ifPresent(builder::endpointOverride);
    region(options).ifPresent(builder::region);
    try {
      return builder.build();
    } catch (SdkClientException unclear) {
      throw ElanusException.invalid(
              "the object store's region is neither set nor in the environment")
          .with("reason", String.valueOf(unclear.getMessage()));
    }
  }

  /** Parts are signed whole, and not in chunks, which not every server reads. */
  private static S3Configuration configuration(S3Options options) {
    return S3Configuration.builder()
        .pathStyleAccessEnabled(options.pathStyle())
        .chunkedEncodingEnabled(false)
        .build();
  }

  /** Until the deadline, 50 ms to 2 s apart; never a refusal because of earlier failures. */
  private static RetryStrategy retries() {
    BackoffStrategy backoff =
        BackoffStrategy.exponentialDelay(Duration.ofMillis(50), Duration.ofSeconds(2));
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(MOST_ATTEMPTS)
        .circuitBreakerEnabled(false)
        .retryOnExceptionOrCauseInstanceOf(XMLStreamException.class) // an answer was cut off
        .retryOnException(S3Errors::arrivedOtherwise)
        .backoffStrategy(backoff)
        .throttlingBackoffStrategy(backoff)
        .build();
  }

  private static Optional<Region> region(S3Options options) {
    return options.region().or(() -> options.endpoint().map(other -> "us-east-1")).map(Region::of);
  }

  private static AwsCredentialsProvider credentials(S3Options options) {
    if (options.credentials().isEmpty()) {
      return DefaultCredentialsProvider.builder().build();
    }
    S3Credentials keys = options.credentials().get();
    return StaticCredentialsProvider.create(
        keys.sessionToken().isPresent()
            ? AwsSessionCredentials.create(
                keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken().get())
            : AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey()));
  }

  private static SdkHttpClient http(S3Options options) {
    Apache5HttpClient.Builder builder =
        Apache5HttpClient.builder()
            .maxConnections(MOST_CONNECTIONS)
            .connectionTimeout(CONNECT)
            .connectionAcquisitionTimeout(options.deadline())
            .socketTimeout(options.stall());
    options
        .certificates()
        .ifPresent(file -> {
          TrustManager[] trusted = trusted(file);
          builder.tlsTrustManagersProvider(() -> trusted);
        });
    return builder.build();
  }

  private static TrustManager[] trusted(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("authority-" + count++, each);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException unreadable) {
      throw ElanusException.invalid("the certificates of the object store cannot be read")
          .with("file", file)
          .with("reason", String.valueOf(unreadable.getMessage()));
    }
  }
}
