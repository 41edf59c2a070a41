package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Seeded rows of any type; padding is left alone. */
record RandomRows(Random random, ElementType type, int dimension) {
  void write(MemorySegment memory, long at) {
    for (int i = 0; i < dimension; i++) {
      float value = (float) random.nextGaussian();
      switch (type) {
        case FLOAT32 -> memory.set(Layouts.FLOAT, at + 4L * i, value);
        case FLOAT16 -> memory.set(Layouts.SHORT, at + 2L * i, Float.floatToFloat16(value));
        case BFLOAT16 ->
            memory.set(Layouts.SHORT, at + 2L * i, (short) (Float.floatToRawIntBits(value) >>> 16));
        case INT8 -> memory.set(Layouts.BYTE, at + i, (byte) random.nextInt(256));
        case BINARY -> {
          long octet = at + i / 8;
          int bit = random.nextInt(2) << (i % 8);
          int kept = memory.get(Layouts.BYTE, octet) & ~(1 << (i % 8));
          memory.set(Layouts.BYTE, octet, (byte) (kept | bit));
        }
      }
    }
  }
}
