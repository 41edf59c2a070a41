package io.elanus.expression;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A fixed set of texts that is asked with UTF-8 bytes in place: open addressing, half full. */
final class TextSet {
  /** By chance, so that nobody can send texts that all fall into one slot. */
  private static final int MULTIPLIER = ThreadLocalRandom.current().nextInt() | 1;

  private final byte[] @Nullable [] slots;
  private final int mask;

  private TextSet(Terms.Texts terms) {
    int size = Integer.highestOneBit(Math.max(1, terms.size() * 2)) << 1;
    mask = size - 1;
    slots = new byte[size][];
    for (String text : terms.sorted()) {
      byte[] bytes = Utf8.bytes(text);
      int slot = slot(MemorySegment.ofArray(bytes), 0, bytes.length);
      while (slots[slot] != null) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = bytes;
    }
  }

  static TextSet of(Terms.Texts terms) {
    return new TextSet(terms);
  }

  boolean contains(MemorySegment data, long start, int length) {
    int slot = slot(data, start, length);
    for (byte[] text = slots[slot]; text != null; text = slots[slot]) {
      if (text.length == length && equal(data, start, text)) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  private int slot(MemorySegment data, long start, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = MULTIPLIER * hash + data.get(ValueLayout.JAVA_BYTE, start + i);
    }
    return (hash ^ (hash >>> 15)) & mask;
  }

  private static boolean equal(MemorySegment data, long start, byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (data.get(ValueLayout.JAVA_BYTE, start + i) != text[i]) {
        return false;
      }
    }
    return true;
  }
}
