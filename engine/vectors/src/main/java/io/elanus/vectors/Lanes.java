package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
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

  /** Of a vector of {@link #sums}, the lanes of the second, third and fourth sum. */
  static final int SECOND = FLOATS.length() / 2;

  static final int THIRD = FLOATS.length() / 4;
  static final int FOURTH = SECOND + THIRD;

  private static final VectorShuffle<Float> HALVES = exchange(SECOND);
  private static final VectorShuffle<Float> QUARTERS = exchange(THIRD);
  private static final VectorShuffle<Float> EIGHTHS = exchange(FLOATS.length() / 8);
  private static final VectorShuffle<Float> SIXTEENTHS = exchange(FLOATS.length() / 16);
  private static final VectorMask<Float> UPPER_HALF = upper(SECOND);
  private static final VectorMask<Float> UPPER_QUARTERS = upper(THIRD);

  private static final MemorySegment ALL = all();
  private static final long ADDRESS_BITS = (1L << 56) - 1;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private Lanes() {}

  private static VectorShape shape() {
    VectorShape preferred = VectorShape.preferredShape();
    return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred;
  }

  /** Each lane and the one so many lanes from it change places; a power of two. */
  private static VectorShuffle<Float> exchange(int lanes) {
    return VectorShuffle.fromOp(FLOATS, lane -> lane ^ lanes);
  }

  /** Every second piece of so many lanes. */
  private static VectorMask<Float> upper(int lanes) {
    long mask = 0;
    for (int lane = 0; lane < FLOATS.length(); lane++) {
      mask |= (lane & lanes) == 0 ? 0 : 1L << lane;
    }
    return VectorMask.fromLong(FLOATS, mask);
  }

  @SuppressWarnings("restricted") // the point of this class
  private static MemorySegment all() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  static long mask(long address) {
    return address & ADDRESS_BITS;
  }

  /**
   * The sum of all lanes: the upper half is added to the lower until one lane is left. The module
   * leaves the order of its own {@code reduceLanes} open; HotSpot's is this one in compiled code
   * and lane by lane elsewhere, and compiled code is given up at any time, when a class is loaded.
   * Equal rows would then be at two distances from another, and a build depend on the moment.
   */
  static float sum(FloatVector lanes) {
    FloatVector halves = lanes.add(lanes.rearrange(HALVES));
    return rest(halves.add(halves.rearrange(QUARTERS))).lane(0);
  }

  /**
   * Four times {@link #sum} with half the steps, of which the compiler allows so many in a loop:
   * each vector is folded into a part of one. They stand in lane 0, {@link #SECOND}, {@link #THIRD}
   * and {@link #FOURTH}.
   */
  static FloatVector sums(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return rest(
        folded(
            folded(a, b, UPPER_HALF, HALVES),
            folded(c, d, UPPER_HALF, HALVES),
            UPPER_QUARTERS,
            QUARTERS));
  }

  /** Pieces of the first with their neighbours added, and between them those of the second. */
  private static FloatVector folded(
      FloatVector a, FloatVector b, VectorMask<Float> upper, VectorShuffle<Float> neighbours) {
    return a.blend(b, upper).add(b.blend(a, upper).rearrange(neighbours));
  }

  private static FloatVector rest(FloatVector quarters) {
    FloatVector sums = quarters;
    if (FLOATS.length() >= 8) {
      sums = sums.add(sums.rearrange(EIGHTHS));
    }
    return FLOATS.length() >= 16 ? sums.add(sums.rearrange(SIXTEENTHS)) : sums;
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
