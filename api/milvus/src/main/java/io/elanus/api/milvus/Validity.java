package io.elanus.api.milvus;

import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a request's column are there. Payloads are compact: they hold only these rows.
 *
 * @param rows in the request
 * @param stored rows in the payload
 * @param bits one a row, least significant first; null when every row is there
 */
record Validity(int rows, int stored, @Nullable MemorySegment bits) {

  static Validity of(WireField data, FieldSchema field, int rows) {
    byte[] flags = data.validity();
    if (flags.length == 0) {
      return new Validity(rows, rows, null);
    }
    boolean mayBeAbsent = field.nullable() || field.defaultValue().isPresent() || field.dynamic();
    if (!mayBeAbsent || flags.length != rows) {
      throw ElanusException.invalid(
          "the length of valid_data of field(" + field.name() + ") is wrong");
    }
    byte[] bits = new byte[(rows + 7) / 8];
    int stored = 0;
    for (int row = 0; row < rows; row++) {
      if (flags[row] != 0) {
        bits[row >>> 3] |= (byte) (1 << (row & 7));
        stored++;
      }
    }
    return new Validity(rows, stored, stored == rows ? null : MemorySegment.ofArray(bits));
  }

  boolean isThere(int row) {
    return bits == null || (bits.get(ValueLayout.JAVA_BYTE, row >>> 3) & (1 << (row & 7))) != 0;
  }

  /**
   * Rows of equal width, with zeros for those that are not there.
   *
   * @param compact [stored × rowBytes]
   * @return [rows × rowBytes]; {@code compact} itself when every row is there
   */
  MemorySegment spread(MemorySegment compact, int rowBytes) {
    if (bits == null) {
      return compact;
    }
    MemorySegment spread = MemorySegment.ofArray(new byte[Math.multiplyExact(rows, rowBytes)]);
    long from = 0;
    for (int row = 0; row < rows; row++) {
      if (isThere(row)) {
        MemorySegment.copy(compact, from, spread, (long) row * rowBytes, rowBytes);
        from += rowBytes;
      }
    }
    return spread;
  }
}
