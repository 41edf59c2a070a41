package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;

/**
 * Checked mode: with {@code -Delanus.vectors.checked=true} every load of a kernel goes through one
 * of the segments it was called with, which checks bounds and life, instead of through an absolute
 * address. It is many times slower, and for tests.
 */
final class CheckedMemory {
  static final String PROPERTY = "elanus.vectors.checked";

  /** Constant, so that compiled kernels do not ask. */
  static final boolean ON = Boolean.getBoolean(PROPERTY);

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ThreadLocal<MemorySegment[]> OPEN =
      ThreadLocal.withInitial(() -> new MemorySegment[0]);

  private CheckedMemory() {}

  /** Says what this thread's kernel may read until {@link #close}; does nothing if not checked. */
  static void open(MemorySegment first, MemorySegment second) {
    if (ON) {
      OPEN.set(new MemorySegment[] {first, second});
    }
  }

  static void close() {
    if (ON) {
      OPEN.remove();
    }
  }

  static FloatVector floats(long address) {
    MemorySegment memory = holding(address);
    return FloatVector.fromMemorySegment(Lanes.FLOATS, memory, address - memory.address(), ORDER);
  }

  static IntVector ints(long address) {
    MemorySegment memory = holding(address);
    return IntVector.fromMemorySegment(Lanes.INTS, memory, address - memory.address(), ORDER);
  }

  static ByteVector bytes(long address) {
    MemorySegment memory = holding(address);
    return ByteVector.fromMemorySegment(Lanes.BYTES, memory, address - memory.address(), ORDER);
  }

  static ShortVector shorts(long address) {
    MemorySegment memory = holding(address);
    return ShortVector.fromMemorySegment(Lanes.SHORTS, memory, address - memory.address(), ORDER);
  }

  static LongVector longs(long address) {
    MemorySegment memory = holding(address);
    return LongVector.fromMemorySegment(Lanes.LONGS, memory, address - memory.address(), ORDER);
  }

  static int scalarInt(long address) {
    MemorySegment memory = holding(address);
    return memory.get(Layouts.INT, address - memory.address());
  }

  static long scalarLong(long address) {
    MemorySegment memory = holding(address);
    return memory.get(Layouts.LONG, address - memory.address());
  }

  static short scalarShort(long address) {
    MemorySegment memory = holding(address);
    return memory.get(Layouts.SHORT, address - memory.address());
  }

  static float scalarFloat(long address) {
    MemorySegment memory = holding(address);
    return memory.get(Layouts.FLOAT, address - memory.address());
  }

  /** The open segment in which the address lies; the load itself checks how far it reaches. */
  private static MemorySegment holding(long address) {
    for (MemorySegment memory : OPEN.get()) {
      long at = address - Lanes.mask(memory.address());
      if (at >= 0 && at < memory.byteSize()) {
        return memory;
      }
    }
    throw new IndexOutOfBoundsException(
        "a kernel reads at %x, outside of what it was called with".formatted(address));
  }
}
