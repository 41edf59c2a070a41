package io.elanus.api.milvus;

import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Sparse vectors: rows of (uint32 index, float32 value) pairs, ascending (wire-encoding §3.4). */
final class SparseRows {
  private static final long FIRST_INVALID_INDEX = 0xffffffffL;

  private SparseRows() {}

  static Column read(List<Slice> rows, FieldSchema field, Validity validity) {
    rows.forEach(row -> check(row.segment()));
    return VariableReader.column(rows, field.type(), validity);
  }

  /** Refuses a row that breaks the format. */
  static void check(MemorySegment row) {
    if (row.byteSize() % 8 != 0) {
      throw ElanusException.invalid(
          "invalid data length in sparse float vector: " + row.byteSize());
    }
    long previous = -1;
    for (long at = 0; at < row.byteSize(); at += 8) {
      long index = Integer.toUnsignedLong(row.get(Column.INT, at));
      float value = row.get(Column.FLOAT, at + 4);
      if (index >= FIRST_INVALID_INDEX) {
        throw ElanusException.invalid(
            "invalid index in sparse float vector: must be less than 2^32-1");
      }
      if (index <= previous) {
        throw ElanusException.invalid("unsorted or same indices in sparse float vector");
      }
      if (!Float.isFinite(value)) {
        throw ElanusException.invalid("NaN or infinite value in sparse float vector");
      }
      if (value < 0) {
        throw ElanusException.invalid("negative value in sparse float vector");
      }
      previous = index;
    }
  }
}
