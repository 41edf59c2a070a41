package io.elanus.roles.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes being written, little-endian, on the heap. */
final class Sink {
  /** Longer ones grow by a quarter at a time: room for as much again is dear where it is rows. */
  private static final int DOUBLED_BYTES = 1 << 20;

  /** Beyond what is asked for: behind rows there come a few small values. */
  private static final int ROOM_BYTES = 4 << 10;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  void putByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  void putInt(int value) {
    reserve(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  void putLong(long value) {
    reserve(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  void putBytes(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  /** Space for {@code length} bytes that the caller fills; valid until the next put. */
  ByteBuffer space(int length) {
    reserve(length);
    ByteBuffer space = ByteBuffer.wrap(bytes, size, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    size += length;
    return space;
  }

  /** Writes a length that is known only afterwards; ends with {@link #endLength}. */
  int beginLength() {
    putInt(0);
    return size;
  }

  void endLength(int begin) {
    INT.set(bytes, begin - 4, size - begin);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** What was written, without a copy; nothing more may be. */
  ByteBuffer written() {
    return ByteBuffer.wrap(bytes, 0, size).slice();
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      int growth = bytes.length < DOUBLED_BYTES ? bytes.length : bytes.length / 4;
      long wanted = Math.max((long) needed + ROOM_BYTES, (long) bytes.length + growth);
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(wanted, MOST_BYTES)));
    }
  }
}
