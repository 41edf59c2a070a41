package io.elanus.gcs;

import io.elanus.schema.ElanusException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Where objects lie and how they are asked for.
 *
 * @param bucket must exist
 * @param prefix before every key, empty or ending with a slash; several databases may share a
 *     bucket
 * @param endpoint Google's, or an emulator's
 * @param partBytes an object above this size is uploaded in parts of it; a writer holds two; a
 *     multiple of 256 KiB, as the service wants it
 * @param deadline of one request with all its repetitions
 * @param stall a connection on which nothing comes for this long is given up, and asked again
 */
public record GcsOptions(
    String bucket,
    String prefix,
    URI endpoint,
    GcsCredentials credentials,
    int partBytes,
    Duration deadline,
    Duration stall) {
  private static final URI GOOGLE = URI.create("https://storage.googleapis.com");
  private static final int PART_UNIT_BYTES = 256 << 10;
  private static final int MOST_PART_BYTES = 64 << 20;
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_=-][A-Za-z0-9_.=-]*/)*");

  public GcsOptions {
    if (!BUCKET.matcher(bucket).matches()) {
      throw ElanusException.invalid(
              "a bucket's name has 3 or more small letters, digits, . _ and -")
          .with("bucket", bucket);
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw ElanusException.invalid(
              "a prefix of objects is empty or plain names, each with a slash")
          .with("prefix", prefix);
    }
    boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!web || endpoint.getHost() == null || endpoint.getRawUserInfo() != null) {
      throw ElanusException.invalid("an endpoint is http:// or https://, host and port, no user");
    }
    if (partBytes <= 0 || partBytes > MOST_PART_BYTES || partBytes % PART_UNIT_BYTES != 0) {
      throw ElanusException.invalid("a part of an upload has up to 64 MiB, in steps of 256 KiB")
          .with("bytes", partBytes);
    }
    if (!stall.isPositive() || deadline.compareTo(stall) < 0) {
      throw ElanusException.invalid("an object store's stall is positive, its deadline longer");
    }
  }

  /** Of Google, with the environment's credentials; parts of 8 MiB, 60 s a request. */
  public static GcsOptions ofBucket(String bucket) {
    return new GcsOptions(
        bucket,
        "",
        GOOGLE,
        new GcsCredentials.Environment(),
        8 << 20,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10));
  }

  public GcsOptions withPrefix(String newPrefix) {
    return new GcsOptions(bucket, newPrefix, endpoint, credentials, partBytes, deadline, stall);
  }

  public GcsOptions withEndpoint(URI newEndpoint) {
    return new GcsOptions(bucket, prefix, newEndpoint, credentials, partBytes, deadline, stall);
  }

  public GcsOptions withCredentials(GcsCredentials newCredentials) {
    return new GcsOptions(bucket, prefix, endpoint, newCredentials, partBytes, deadline, stall);
  }

  public GcsOptions withPatience(Duration newDeadline, Duration newStall) {
    return new GcsOptions(bucket, prefix, endpoint, credentials, partBytes, newDeadline, newStall);
  }

  /** How the store is named in messages. */
  String place() {
    return endpoint + "/" + bucket + "/" + prefix;
  }
}
