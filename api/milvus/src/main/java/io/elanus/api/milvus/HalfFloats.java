package io.elanus.api.milvus;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;

/** Narrows float32 to the 16-bit formats, rounding to nearest, ties to even. */
final class HalfFloats {
  private HalfFloats() {}

  /**
   * @param floats finite float32, little-endian
   * @return as many values of {@code field}'s type
   * @throws ElanusException when a value is too large for the type
   */
  static MemorySegment narrow(MemorySegment floats, FieldSchema field) {
    boolean half = field.type() == DataType.FLOAT16_VECTOR;
    int count = (int) (floats.byteSize() / 4);
    MemorySegment narrowed = MemorySegment.ofArray(new byte[2 * count]);
    for (int i = 0; i < count; i++) {
      float value = floats.get(Column.FLOAT, 4L * i);
      short bits = half ? Float.floatToFloat16(value) : toBfloat16(value);
      int exponent = half ? 0x7c00 : 0x7f80;
      if ((bits & exponent) == exponent) {
        throw ElanusException.invalid(
            "value '%s' of field %s is too large for %s"
                .formatted(value, field.name(), field.type().wireName()));
      }
      narrowed.set(Column.SHORT, 2L * i, bits);
    }
    return narrowed;
  }

  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
