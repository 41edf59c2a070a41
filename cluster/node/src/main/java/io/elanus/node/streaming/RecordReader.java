package io.elanus.node.streaming;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link RecordWriter} wrote; DATA_INTEGRITY when a length leads beyond the end. */
final class RecordReader {
  private final ByteBuffer bytes;

  RecordReader(ByteBuffer bytes) {
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  int u8() {
    return Byte.toUnsignedInt(need(1).get());
  }

  int u16() {
    return Short.toUnsignedInt(need(2).getShort());
  }

  int i32() {
    return need(4).getInt();
  }

  long i64() {
    return need(8).getLong();
  }

  /** A count of things that take at least {@code eachBytes} bytes. */
  int count(int eachBytes) {
    int count = i32();
    if (count < 0 || (long) count * eachBytes > bytes.remaining()) {
      throw damaged("a count leads beyond the end of the record");
    }
    return count;
  }

  String text() {
    byte[] utf8 = new byte[count(1)];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** A view of a block written by {@link RecordWriter#block}. */
  ByteBuffer block() {
    int length = count(1);
    ByteBuffer block = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + length);
    return block;
  }

  ByteBuffer rest() {
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  Keys keys() {
    return switch (u8()) {
      case 0 -> {
        long[] keys = new long[count(8)];
        bytes.asLongBuffer().get(keys);
        bytes.position(bytes.position() + 8 * keys.length);
        yield new Keys.Longs(keys);
      }
      case 1 -> {
        int count = count(4);
        List<String> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          keys.add(text());
        }
        yield new Keys.Texts(keys);
      }
      default -> throw damaged("unknown kind of keys");
    };
  }

  private ByteBuffer need(int length) {
    if (bytes.remaining() < length) {
      throw damaged("the record ends too early");
    }
    return bytes;
  }

  static ElanusException damaged(String sentence) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, sentence);
  }
}
