package io.elanus.transport;

import java.util.Optional;

/**
 * How the processes of a cluster know each other (decision 0029). Both sides of a connection must
 * have the same.
 *
 * @param secret both sides prove that they know it
 * @param certificates connections are TLS, and both sides show one
 */
public record Trust(Optional<ClusterSecret> secret, Optional<Certificates> certificates) {
  /** Whoever reaches the port is a peer. */
  public static final Trust ANYBODY = new Trust(Optional.empty(), Optional.empty());

  public static Trust in(ClusterSecret secret) {
    return new Trust(Optional.of(secret), Optional.empty());
  }

  public Trust with(Certificates own) {
    return new Trust(secret, Optional.of(own));
  }

  boolean inAnybody() {
    return secret.isEmpty() && certificates.isEmpty();
  }
}
