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
    return code("elanus 1 " + side, clientNonce, serverNonce);
  }

  /**
   * A code over a request of an operator, which is no proof of a process.
   *
   * @return [32]
   */
  public byte[] codeOfRequest(String request, byte[] body) {
    return code("elanus 1 request\n" + request + "\n", body);
  }

  private byte[] code(String beginning, byte[]... more) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(beginning.getBytes(StandardCharsets.UTF_8));
      for (byte[] part : more) {
        mac.update(part);
      }
      return mac.doFinal();
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
