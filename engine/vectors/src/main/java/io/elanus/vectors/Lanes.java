package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads from absolute addresses. Memory is one segment from 0 on; an address passes {@link #mask}
 * once a row, which tells the compiler its range, so that the bounds check of every load folds
 * away. Whoever owns the rows has validated ordinals and keeps the memory alive; tests can have
 * that checked, see {@link CheckedMemory}.
 */
final class Lanes {
  private static final VectorShape SHAPE = shape();
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, SHAPE);
  static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);

  /** Bytes of one vector; divides the padding of rows. */
  static final int STEP = FLOATS.vectorByteSize();

  private static final MemorySegment ALL = all();
  private static final long ADDRESS_BITS = (1L << 56) - 1;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private Lanes() {}

  private static VectorShape shape() {
    VectorShape preferred = VectorShape.preferredShape();
    return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred;
  }

  @SuppressWarnings("restricted") // the point of this class
  private static MemorySegment all() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  static long mask(long address) {
    return address & ADDRESS_BITS;
  }

  static int scalarInt(long address) {
    return CheckedMemory.ON ? CheckedMemory.scalarInt(address) : ALL.get(Layouts.INT, address);
  }

  static long scalarLong(long address) {
    return CheckedMemory.ON ? CheckedMemory.scalarLong(address) : ALL.get(Layouts.LONG, address);
  }

  /** The 16 bits at an address, without a sign. */
  static int scalarChar(long address) {
    return (CheckedMemory.ON ? CheckedMemory.scalarShort(address) : ALL.get(Layouts.SHORT, address))
        & 0xFFFF;
  }

  static float scalarFloat(long address) {
    return CheckedMemory.ON ? CheckedMemory.scalarFloat(address) : ALL.get(Layouts.FLOAT, address);
  }

  static FloatVector floats(long address) {
    return CheckedMemory.ON
        ? CheckedMemory.floats(address)
        : FloatVector.fromMemorySegment(FLOATS, ALL, address, ORDER);
  }

  static IntVector ints(long address) {
    return CheckedMemory.ON
        ? CheckedMemory.ints(address)
        : IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
  }

  static ByteVector bytes(long address) {
    return CheckedMemory.ON
        ? CheckedMemory.bytes(address)
        : ByteVector.fromMemorySegment(BYTES, ALL, address, ORDER);
  }

  static ShortVector shorts(long address) {
    return CheckedMemory.ON
        ? CheckedMemory.shorts(address)
        : ShortVector.fromMemorySegment(SHORTS, ALL, address, ORDER);
  }

  static LongVector longs(long address) {
    return CheckedMemory.ON
        ? CheckedMemory.longs(address)
        : LongVector.fromMemorySegment(LONGS, ALL, address, ORDER);
  }
}
