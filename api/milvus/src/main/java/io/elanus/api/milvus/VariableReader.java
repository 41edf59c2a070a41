package io.elanus.api.milvus;

import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Texts, JSON and other values of any length. */
final class VariableReader {
  private VariableReader() {}

  /**
   * @param values of the rows that are there
   */
  static Column column(List<Slice> values, DataType type, Validity validity) {
    long total = 0;
    for (Slice value : values) {
      total += value.length();
    }
    byte[] data = new byte[Math.toIntExact(total)];
    int[] starts = new int[validity.rows() + 1];
    int at = 0;
    int next = 0;
    for (int row = 0; row < validity.rows(); row++) {
      if (validity.isThere(row)) {
        Slice value = values.get(next++);
        System.arraycopy(value.bytes(), value.from(), data, at, value.length());
        at += value.length();
      }
      starts[row + 1] = at;
    }
    MemorySegment offsets = MemorySegment.ofArray(new byte[4 * starts.length]);
    MemorySegment.copy(starts, 0, offsets, Column.INT, 0, starts.length);
    return new Column.Variable(
        type, validity.rows(), validity.bits(), offsets, MemorySegment.ofArray(data));
  }
}
