package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;

/** Float32 vectors as float16 or bfloat16, rounded to nearest, ties to even. */
final class FloatConversion {
  private FloatConversion() {}

  static Column.Fixed convert(Column.Fixed floats, DataType type) {
    int count = floats.rows() * floats.dimension();
    MemorySegment target = MemorySegment.ofArray(new byte[Math.multiplyExact(2, count)]);
    MemorySegment source = floats.data();
    for (int i = 0; i < count; i++) {
      float value = source.get(Column.FLOAT, 4L * i);
      short half =
          type == DataType.FLOAT16_VECTOR ? Float.floatToFloat16(value) : toBfloat16(value);
      target.set(Column.SHORT, 2L * i, half);
    }
    return new Column.Fixed(type, floats.dimension(), floats.rows(), floats.validity(), target);
  }

  /** The upper half of the float32; a NaN stays one. */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    int roundingBias = 0x7fff + ((bits >>> 16) & 1);
    return (short) ((bits + roundingBias) >>> 16);
  }
}
