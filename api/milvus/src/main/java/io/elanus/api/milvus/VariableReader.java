package io.elanus.api.milvus;

import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts, JSON and other values of any length. */
final class VariableReader {
  private VariableReader() {}

  /** Texts that must be UTF-8. */
  static Column read(List<Slice> values, FieldSchema field, Validity validity) {
    for (int i = 0; i < values.size(); i++) {
      if (!isUtf8(values.get(i))) {
        throw ElanusException.invalid(
            "value of field " + field.name() + " is not valid UTF-8, row number: " + i);
      }
    }
    return column(values, field.type(), validity);
  }

  /**
   * @param values of the rows that are there
   */
  static Column column(List<Slice> values, DataType type, Validity validity) {
    long total = 0;
    for (Slice value : values) {
      total += value.length();
    }
    byte[] data = new byte[Math.toIntExact(total)];
    MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (validity.rows() + 1)]);
    int at = 0;
    int next = 0;
    for (int row = 0; row < validity.rows(); row++) {
      if (validity.isThere(row)) {
        Slice value = values.get(next++);
        System.arraycopy(value.bytes(), value.from(), data, at, value.length());
        at += value.length();
      }
      offsets.set(Column.INT, 4L * (row + 1), at);
    }
    return new Column.Variable(
        type, validity.rows(), validity.bits(), offsets, MemorySegment.ofArray(data));
  }

  static boolean isUtf8(Slice value) {
    byte[] bytes = value.bytes();
    int at = value.from();
    while (at < value.to() && bytes[at] >= 0) {
      at++;
    }
    if (at == value.to()) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, value.to() - at));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
