package io.elanus.api.milvus;

import io.grpc.Status;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message in the protobuf wire format without building objects: {@link #next} steps to a
 * field, one of the reading methods takes its value. Lengths are checked before anything is
 * allocated.
 */
final class WireReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int field;
  private int wireType;

  WireReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  /** Bytes of a message, without a copy. */
  record Slice(byte[] bytes, int from, int to) {
    static final Slice EMPTY = new Slice(new byte[0], 0, 0);

    int length() {
      return to - from;
    }

    MemorySegment segment() {
      return MemorySegment.ofArray(bytes).asSlice(from, length());
    }

    WireReader reader() {
      return new WireReader(bytes, from, to);
    }

    String text() {
      return new String(bytes, from, length(), StandardCharsets.UTF_8);
    }
  }

  /** Steps to the next field; false at the end of the message. */
  boolean next() {
    if (position == end) {
      return false;
    }
    int tag = (int) readVarint();
    field = tag >>> 3;
    wireType = tag & 7;
    if (field == 0) {
      throw malformed();
    }
    return true;
  }

  int field() {
    return field;
  }

  /** A number or boolean. */
  long varint() {
    expect(VARINT);
    return readVarint();
  }

  /** A text, bytes or message. */
  Slice slice() {
    expect(DELIMITED);
    long length = readVarint();
    return take(length);
  }

  String text() {
    return slice().text();
  }

  /** One chunk of a repeated number, packed or not. */
  Slice numbers() {
    return switch (wireType) {
      case DELIMITED -> slice();
      case FIXED32 -> take(4);
      case FIXED64 -> take(8);
      case VARINT -> {
        int from = position;
        readVarint();
        yield new Slice(bytes, from, position);
      }
      default -> throw malformed();
    };
  }

  /** Whether the field has a length: a text, bytes, a message, packed numbers. */
  boolean delimited() {
    return wireType == DELIMITED;
  }

  /** Skips the field and tells whether it had another value than the one it has by default. */
  boolean saysSomething() {
    return switch (wireType) {
      case VARINT -> readVarint() != 0;
      case DELIMITED -> slice().length() > 0;
      default -> {
        skip();
        yield true;
      }
    };
  }

  void skip() {
    switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> take(8);
      case DELIMITED -> slice();
      case FIXED32 -> take(4);
      default -> throw malformed();
    }
  }

  /** Whether bytes are left; for packed numbers, read with {@link #readVarint}. */
  boolean more() {
    return position < end;
  }

  long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == end) {
        throw malformed();
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private Slice take(long length) {
    if (length < 0 || length > end - position) {
      throw malformed();
    }
    Slice slice = new Slice(bytes, position, position + (int) length);
    position = slice.to();
    return slice;
  }

  private void expect(int type) {
    if (wireType != type) {
      throw malformed();
    }
  }

  static RuntimeException malformed() {
    return Status.INTERNAL.withDescription("Invalid protobuf byte sequence").asRuntimeException();
  }
}
