package io.elanus.api.milvus;

import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;

/** Refuses NaN and the infinities, which no distance and no filter can order. */
final class FiniteValues {
  private static final int HALF_EXPONENT = 0x7c00;
  private static final int BFLOAT_EXPONENT = 0x7f80;
  private static final int FLOAT_EXPONENT = 0x7f800000;

  private FiniteValues() {}

  static void checkFloats(MemorySegment values, FieldSchema field) {
    for (long at = 0; at + 4 <= values.byteSize(); at += 4) {
      if ((values.get(Column.INT, at) & FLOAT_EXPONENT) == FLOAT_EXPONENT) {
        throw refused(field, values.get(Column.FLOAT, at));
      }
    }
  }

  static void checkDoubles(MemorySegment values, FieldSchema field) {
    for (long at = 0; at + 8 <= values.byteSize(); at += 8) {
      double value = values.get(Column.DOUBLE, at);
      if (!Double.isFinite(value)) {
        throw refused(field, value);
      }
    }
  }

  /** IEEE half precision. */
  static void checkHalfs(MemorySegment values, FieldSchema field) {
    check16(values, field, HALF_EXPONENT);
  }

  /** The upper half of float32. */
  static void checkBfloats(MemorySegment values, FieldSchema field) {
    check16(values, field, BFLOAT_EXPONENT);
  }

  private static void check16(MemorySegment values, FieldSchema field, int exponent) {
    for (long at = 0; at + 2 <= values.byteSize(); at += 2) {
      int bits = values.get(Column.SHORT, at);
      if ((bits & exponent) == exponent) {
        boolean infinite = (bits & 0x7fff) == exponent;
        throw refused(
            field,
            infinite
                ? (bits < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                : Double.NaN);
      }
    }
  }

  private static ElanusException refused(FieldSchema field, double value) {
    return ElanusException.invalid(
        "value '" + value + "' of field " + field.name() + " is not a number or infinity");
  }
}
