package io.elanus.transport;

import io.elanus.schema.ElanusException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What all processes of a cluster know and nobody else does. It is never sent: who knows it proves
 * so by a code over what both sides drew by lot (HMAC-SHA-256, RFC 2104).
 */
public final class ClusterSecret {
  /** A recorded proof lets anyone try secrets at leisure, so that a short one would be found. */
  static final int LEAST_BYTES = 16;

  /** Bytes of a proof. */
  static final int PROOF_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private ClusterSecret(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * @throws ElanusException INVALID_PARAMETER when it is too short; the text does not repeat it
   */
  public static ClusterSecret of(String text) {
    byte[] secret = text.getBytes(StandardCharsets.UTF_8);
    if (secret.length < LEAST_BYTES) {
      throw ElanusException.invalid(
          "the cluster secret has " + secret.length + " bytes, it needs " + LEAST_BYTES);
    }
    return new ClusterSecret(secret);
  }

  /** Who proves: a proof of one side is none of the other's, so that it cannot be sent back. */
  enum Side {
    CLIENT,
    SERVER
  }

  byte[] proof(Side side, byte[] clientNonce, byte[] serverNonce) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(("elanus 1 " + side).getBytes(StandardCharsets.US_ASCII));
      mac.update(clientNonce);
      return mac.doFinal(serverNonce);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, impossible);
    }
  }

  /** In a time that does not depend on where they differ. */
  boolean proves(byte[] proof, Side side, byte[] clientNonce, byte[] serverNonce) {
    return MessageDigest.isEqual(proof, proof(side, clientNonce, serverNonce));
  }

  @Override
  public String toString() {
    return "a secret";
  }
}
