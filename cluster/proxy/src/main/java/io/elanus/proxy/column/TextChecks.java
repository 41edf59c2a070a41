package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Whether texts are UTF-8; mostly they are ASCII, which is seen eight bytes at a time. */
final class TextChecks {
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int BLOCK_WORDS = 1024;

  private TextChecks() {}

  static void checkUtf8(String field, Column.Variable column) {
    int start = column.start(0);
    MemorySegment all = column.data().asSlice(start, column.start(column.rows()) - start);
    if (isAscii(all)) {
      return;
    }
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isNull(row) && !isUtf8(column.row(row))) {
        throw ElanusException.invalid(
            "field %s holds text that is no valid UTF-8, row number: %d".formatted(field, row));
      }
    }
  }

  private static boolean isAscii(MemorySegment bytes) {
    long[] block = new long[(int) Math.min(BLOCK_WORDS, bytes.byteSize() >>> 3)];
    long length = bytes.byteSize();
    long seen = 0;
    long at = 0;
    while (at + 8 <= length) {
      int words = (int) Math.min(block.length, (length - at) >>> 3);
      MemorySegment.copy(bytes, Column.LONG, at, block, 0, words);
      seen |= together(block, words);
      at += 8L * words;
    }
    for (; at < length; at++) {
      seen |= bytes.get(ValueLayout.JAVA_BYTE, at) & 0x80;
    }
    return (seen & HIGH_BITS) == 0;
  }

  private static long together(long[] block, int words) {
    long seen = 0;
    for (int i = 0; i < words; i++) {
      seen |= block[i];
    }
    return seen;
  }

  private static boolean isUtf8(MemorySegment bytes) {
    if (isAscii(bytes)) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
