package io.elanus.roles.codec;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes being read, little-endian; what is not there is DATA_INTEGRITY. */
final class Source {
  private final ByteBuffer bytes;

  Source(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  int remaining() {
    return bytes.remaining();
  }

  byte getByte() {
    try {
      return bytes.get();
    } catch (BufferUnderflowException e) {
      throw damaged("truncated");
    }
  }

  int getInt() {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw damaged("truncated");
    }
  }

  long getLong() {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw damaged("truncated");
    }
  }

  /** The next {@code length} bytes, little-endian, without a copy. */
  ByteBuffer take(int length) {
    if (length < 0 || length > bytes.remaining()) {
      throw damaged("truncated");
    }
    ByteBuffer taken = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + length);
    return taken;
  }

  /** A part with its own length. */
  Source takePart() {
    return new Source(take(getInt()));
  }

  /**
   * A number of elements of at least {@code elementBytes} each, checked before anything is
   * allocated.
   */
  int getCount(int elementBytes) {
    int count = getInt();
    if (count < 0 || (long) count * elementBytes > bytes.remaining()) {
      throw damaged("truncated");
    }
    return count;
  }

  static ElanusException damaged(String sentence) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "message is damaged, " + sentence);
  }
}
