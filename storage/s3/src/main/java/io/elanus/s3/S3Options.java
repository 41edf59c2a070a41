package io.elanus.s3;

import io.elanus.schema.ElanusException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where objects lie and how they are asked for.
 *
 * @param bucket must exist
 * @param prefix before every key, empty or ending with a slash; several databases may share a
 *     bucket
 * @param endpoint of MinIO, Ceph, OSS, …; empty: AWS'. Its scheme decides about TLS
 * @param region empty: what the environment or the profile says; for an endpoint {@code us-east-1}
 * @param pathStyle the bucket is the path's first name rather than a part of the host's
 * @param credentials empty: environment, profile, web identity, container or instance role, in the
 *     order of AWS' default chain
 * @param certificates PEM file of the authorities that are trusted; empty: the JDK's
 * @param conditionalWrites whether commits are conditional writes, as they must be for the promise
 *     that the first of several commits wins; false, for a server that has none: looked for first,
 *     then written, so that of two commits at the same moment both may seem to win
 * @param partBytes an object above this size is uploaded in parts of it; a writer holds up to three
 * @param deadline of one request with all its repetitions
 * @param stall a connection on which nothing comes for this long is given up, and asked again
 * @param abandonedAfter parts of uploads that began so long ago are removed when the store is
 *     opened
 */
public record S3Options(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle,
    Optional<S3Credentials> credentials,
    Optional<Path> certificates,
    boolean conditionalWrites,
    int partBytes,
    Duration deadline,
    Duration stall,
    Duration abandonedAfter) {
  /** S3's limits of a part that is not the last. */
  private static final int LEAST_PART_BYTES = 5 << 20;

  private static final int MOST_PART_BYTES = 64 << 20;
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_=-][A-Za-z0-9_.=-]*/)*");

  public S3Options {
    if (!BUCKET.matcher(bucket).matches()) {
      throw ElanusException.invalid("a bucket's name has 3 to 63 small letters, digits, . and -")
          .with("bucket", bucket);
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw ElanusException.invalid(
              "a prefix of objects is empty or plain names, each with a slash")
          .with("prefix", prefix);
    }
    endpoint.ifPresent(S3Options::checkEndpoint);
    if (partBytes < LEAST_PART_BYTES || partBytes > MOST_PART_BYTES) {
      throw ElanusException.invalid("a part of an upload has 5 to 64 MiB").with("bytes", partBytes);
    }
    if (!deadline.isPositive() || !stall.isPositive() || !abandonedAfter.isPositive()) {
      throw ElanusException.invalid("durations of the object store are positive");
    }
  }

  private static void checkEndpoint(URI endpoint) {
    boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!web || endpoint.getHost() == null || endpoint.getRawUserInfo() != null) {
      // the address itself is not repeated: it may carry a password
      throw ElanusException.invalid("an endpoint is http:// or https://, host and port, no user");
    }
  }

  /** Of AWS: region and credentials as the environment has them. */
  public static S3Options ofBucket(String bucket) {
    return new S3Options(
        bucket,
        "",
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        true,
        8 << 20,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofDays(2));
  }

  public S3Options withPrefix(String newPrefix) {
    return new S3Options(
        bucket,
        newPrefix,
        endpoint,
        region,
        pathStyle,
        credentials,
        certificates,
        conditionalWrites,
        partBytes,
        deadline,
        stall,
        abandonedAfter);
  }

  /** Of another server, with the bucket in the path. */
  public S3Options withEndpoint(URI newEndpoint) {
    return new S3Options(
        bucket,
        prefix,
        Optional.of(newEndpoint),
        region,
        true,
        credentials,
        certificates,
        conditionalWrites,
        partBytes,
        deadline,
        stall,
        abandonedAfter);
  }

  public S3Options withRegion(String newRegion) {
    return new S3Options(
        bucket,
        prefix,
        endpoint,
        Optional.of(newRegion),
        pathStyle,
        credentials,
        certificates,
        conditionalWrites,
        partBytes,
        deadline,
        stall,
        abandonedAfter);
  }

  public S3Options withCredentials(S3Credentials newCredentials) {
    return new S3Options(
        bucket,
        prefix,
        endpoint,
        region,
        pathStyle,
        Optional.of(newCredentials),
        certificates,
        conditionalWrites,
        partBytes,
        deadline,
        stall,
        abandonedAfter);
  }

  public S3Options withConditionalWrites(boolean newConditionalWrites) {
    return new S3Options(
        bucket,
        prefix,
        endpoint,
        region,
        pathStyle,
        credentials,
        certificates,
        newConditionalWrites,
        partBytes,
        deadline,
        stall,
        abandonedAfter);
  }

  public S3Options withPatience(Duration newDeadline, Duration newStall) {
    return new S3Options(
        bucket,
        prefix,
        endpoint,
        region,
        pathStyle,
        credentials,
        certificates,
        conditionalWrites,
        partBytes,
        newDeadline,
        newStall,
        abandonedAfter);
  }

  /** How the store is named in messages. */
  String place() {
    return endpoint.map(URI::toString).orElse("AWS") + "/" + bucket + "/" + prefix;
  }
}
