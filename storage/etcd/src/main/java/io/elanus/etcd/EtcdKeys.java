package io.elanus.etcd;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * Where things stand in etcd, below the options' prefix. Only the first line is seen by users of
 * the contract:
 *
 * <pre>
 *   k/KEY             a key, its value a {@link StoredValue}; a held one is attached to a lease
 *   p/KEY NUL ID      a value that did not fit into its transaction, as it is
 *   s/ID              says that the transaction of ID is still to come; attached to a session
 *   q/KEY NUL LEASE   a place in the queue for KEY, attached to LEASE
 *   c/LEASE/NUMBER    a {@link CommitSlot}, attached to the session LEASE
 * </pre>
 *
 * <p>Keys are UTF-8 and have no control characters, so that NUL ends them.
 */
final class EtcdKeys {
  /** Keys from the first to, exclusively, the end. */
  record Span(ByteString first, ByteString end) {
    boolean isBelow(ByteString key) {
      return ByteString.unsignedLexicographicalComparator().compare(key, end) < 0;
    }
  }

  private static final char NUL = '\0';

  private final ByteString keys;
  private final ByteString parts;
  private final ByteString stages;
  private final ByteString queues;
  private final ByteString slots;

  EtcdKeys(String prefix) {
    keys = ByteString.copyFromUtf8(prefix + "k/");
    parts = ByteString.copyFromUtf8(prefix + "p/");
    stages = ByteString.copyFromUtf8(prefix + "s/");
    queues = ByteString.copyFromUtf8(prefix + "q/");
    slots = ByteString.copyFromUtf8(prefix + "c/");
  }

  ByteString key(String key) {
    return keys.concat(ByteString.copyFromUtf8(key));
  }

  /** The user's key of one below {@code k/}. */
  String name(ByteString key) {
    return key.substring(keys.size()).toStringUtf8();
  }

  /** All keys of users that begin with a prefix. */
  Span span(String prefix) {
    return span(key(prefix));
  }

  ByteString part(String key, String id) {
    return parts.concat(ByteString.copyFromUtf8(key + NUL + id));
  }

  Span parts() {
    return span(parts);
  }

  /** The user's key and the id that a part is named by. */
  Part part(ByteString part) {
    String text = part.substring(parts.size()).toStringUtf8();
    int end = text.indexOf(NUL);
    return new Part(text.substring(0, end), text.substring(end + 1));
  }

  record Part(String key, String id) {}

  ByteString stage(String id) {
    return stages.concat(ByteString.copyFromUtf8(id));
  }

  ByteString place(String key, long lease) {
    return queues.concat(ByteString.copyFromUtf8(key + NUL + Long.toHexString(lease)));
  }

  Span queue(String key) {
    return span(queues.concat(ByteString.copyFromUtf8(key + NUL)));
  }

  ByteString slot(long session, int number) {
    return slots.concat(ByteString.copyFromUtf8(Long.toHexString(session) + "/" + number));
  }

  /** All keys that begin with {@code first}, whose last byte is never 0xff: it is UTF-8. */
  private static Span span(ByteString first) {
    byte[] end = first.toByteArray();
    end[end.length - 1]++;
    return new Span(first, ByteString.copyFrom(end));
  }

  static ByteString ascii(String text) {
    return ByteString.copyFrom(text, StandardCharsets.US_ASCII);
  }
}
