package io.elanus.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A key as the tables have it. Keys have up to 3,072 bytes, more than an index of PostgreSQL or
 * InnoDB takes together with another column; so a row is found by {@code id}, and ranges by {@code
 * head}.
 *
 * @param name UTF-8
 * @param id SHA-256 of the name
 * @param head its first 255 bytes
 */
record EntryKey(byte[] name, byte[] id, byte[] head) {
  private static final int HEAD_BYTES = 255;

  static EntryKey of(String key) {
    byte[] name = key.getBytes(UTF_8);
    return new EntryKey(name, sha256(name), head(name));
  }

  private static byte[] head(byte[] name) {
    return name.length <= HEAD_BYTES ? name : Arrays.copyOf(name, HEAD_BYTES);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }

  static String text(byte[] name) {
    return new String(name, UTF_8);
  }

  /** Heads of all keys with a prefix lie between these, both included, and of some others. */
  record Span(byte[] first, byte[] last) {}

  static Span span(String prefix) {
    int length = prefix.length();
    boolean half = length > 0 && Character.isHighSurrogate(prefix.charAt(length - 1));
    byte[] first = head((half ? prefix.substring(0, length - 1) : prefix).getBytes(UTF_8));
    byte[] last = Arrays.copyOf(first, first.length + 1);
    last[first.length] = (byte) 0xff; // no byte of UTF-8
    return new Span(first, last);
  }
}
