package io.elanus.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What is said on a connection between processes before HTTP/2 begins, inside TLS where there is
 * TLS. A peer that trusts anybody says nothing and begins with HTTP/2.
 *
 * <pre>
 * client  "ELANUS\0\1"  kind: 'S' it has a secret, 'N' it has none   client nonce (32)
 * server  'G'  server nonce (32)                           or, without a secret, 'G' and that is all
 * client  proof (32)
 * server  'G'  proof (32)
 * </pre>
 *
 * <p>In place of a 'G' the server may say {@code 'R'}, length (uint16, big-endian), sentence
 * (UTF-8), and close. The client proves first: a stranger that dials gets nothing to try secrets
 * on.
 */
final class Greeting {
  static final byte[] MAGIC = "ELANUS\0\1".getBytes(StandardCharsets.US_ASCII);
  static final int NONCE_BYTES = 32;
  static final byte WITH_SECRET = 'S';
  static final byte WITHOUT_SECRET = 'N';
  static final byte GO = 'G';
  static final byte REFUSED = 'R';

  /** Where a greeting takes longer, the connection ends. */
  static final long PATIENCE_SECONDS = 10;

  private static final int LONGEST_SENTENCE = 1024;
  private static final SecureRandom CHANCE = new SecureRandom();

  private Greeting() {}

  static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    CHANCE.nextBytes(nonce);
    return nonce;
  }

  static byte[] take(ByteBuf in, int bytes) {
    byte[] taken = new byte[bytes];
    in.readBytes(taken);
    return taken;
  }

  static ByteBuf refusal(ByteBufAllocator allocator, String sentence) {
    byte[] text = sentence.getBytes(StandardCharsets.UTF_8);
    return allocator
        .buffer(3 + text.length)
        .writeByte(REFUSED)
        .writeShort(text.length)
        .writeBytes(text);
  }

  /** The sentence that follows an 'R', taken once all of it is there. */
  static Optional<String> sentence(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < 3 || in.readableBytes() < 3 + in.getUnsignedShort(at + 1)) {
      return Optional.empty();
    }
    in.skipBytes(1);
    String sentence = new String(take(in, in.readUnsignedShort()), StandardCharsets.UTF_8);
    return Optional.of(sentence.substring(0, Math.min(sentence.length(), LONGEST_SENTENCE)));
  }

  /**
   * The sentence of the first TLS failure among the causes. Of the JDK's only: Netty's own say that
   * the connection ended meanwhile, or that time ran out.
   */
  static Optional<String> tlsFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException
          && cause.getClass().getPackage() == SSLException.class.getPackage()) {
        return Optional.of(String.valueOf(cause.getMessage()));
      }
    }
    return Optional.empty();
  }
}
