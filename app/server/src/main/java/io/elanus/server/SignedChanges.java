package io.elanus.server;

import io.elanus.api.http.ChangeGuard;
import io.elanus.api.http.HttpRequest;
import io.elanus.cluster.PeerTrust;
import io.elanus.process.Settings;
import io.elanus.transport.ClusterSecret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changes are taken from who knows the cluster's secret: {@code Authorization: Elanus
 * <milliseconds>.<nonce>.<code>}, a code over time, nonce, method, target and body (HMAC-SHA-256).
 * The secret is not sent; a header counts once, and for a minute.
 */
public final class SignedChanges implements ChangeGuard {
  private static final Pattern HEADER =
      Pattern.compile("Elanus (\\d{1,15})\\.([0-9a-f]{32})\\.([0-9a-f]{64})");
  private static final long VALID_MILLIS = 60_000;
  private static final int NONCE_BYTES = 16;
  private static final SecureRandom CHANCE = new SecureRandom();

  private final ClusterSecret secret;
  private final InstantSource clock;

  /** Nonce to when its header stops to count, in the order of their arrival. */
  private final Map<String, Long> used = new LinkedHashMap<>();

  SignedChanges(ClusterSecret secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * The header for a request.
   *
   * @param target path and query as they are sent
   */
  public static String sign(
      ClusterSecret secret, InstantSource clock, String method, String target, byte[] body) {
    byte[] chance = new byte[NONCE_BYTES];
    CHANCE.nextBytes(chance);
    String time = Long.toString(clock.millis());
    String nonce = HexFormat.of().formatHex(chance);
    return "Elanus " + time + "." + nonce + "." + code(secret, time, nonce, method, target, body);
  }

  /**
   * The header for a request without a body, as the settings of a process of the cluster have it;
   * empty where they know no secret.
   */
  public static Optional<String> header(Settings settings, String method, String target) {
    return PeerTrust.of(settings)
        .secret()
        .map(secret -> sign(secret, InstantSource.system(), method, target, new byte[0]));
  }

  private static String code(
      ClusterSecret secret, String time, String nonce, String method, String target, byte[] body) {
    String request = String.join("\n", time, nonce, method, target);
    return HexFormat.of().formatHex(secret.codeOfRequest(request, body));
  }

  @Override
  public Optional<String> refuses(HttpRequest request) {
    Matcher header = HEADER.matcher(request.header("authorization").orElse(""));
    if (!header.matches()) {
      return Optional.of(
          "changes are signed with the cluster secret: elanus ctl takes it from --config FILE or from ELANUS_CLUSTER_SECRET");
    }
    String expected =
        code(
            secret,
            header.group(1),
            header.group(2),
            request.method(),
            request.target(),
            request.body());
    if (!MessageDigest.isEqual(
        HexFormat.of().parseHex(expected), HexFormat.of().parseHex(header.group(3)))) {
      return Optional.of("the change is not signed with the secret of this cluster");
    }
    return isFresh(Long.parseLong(header.group(1)), header.group(2))
        ? Optional.empty()
        : Optional.of("the signature is more than a minute old or early, or was used before");
  }

  private synchronized boolean isFresh(long millis, String nonce) {
    long now = clock.millis();
    used.values().removeIf(until -> until < now);
    return Math.abs(now - millis) <= VALID_MILLIS
        && used.putIfAbsent(nonce, millis + VALID_MILLIS) == null;
  }
}
