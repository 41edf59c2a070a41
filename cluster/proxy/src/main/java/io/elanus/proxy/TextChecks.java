package io.elanus.proxy;

import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Whether texts are UTF-8; mostly they are ASCII, which is seen eight bytes at a time. */
final class TextChecks {
  private static final long HIGH_BITS = 0x8080808080808080L;

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
    long length = bytes.byteSize();
    long at = 0;
    long seen = 0;
    for (; at + 8 <= length; at += 8) {
      seen |= bytes.get(Column.LONG, at);
    }
    for (; at < length; at++) {
      seen |= bytes.get(ValueLayout.JAVA_BYTE, at) & 0x80;
    }
    return (seen & HIGH_BITS) == 0;
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
