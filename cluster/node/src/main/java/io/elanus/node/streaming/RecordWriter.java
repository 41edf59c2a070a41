package io.elanus.node.streaming;

import io.elanus.schema.Keys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Little-endian bytes on the heap that grow as they are written. */
final class RecordWriter {
  private ByteBuffer bytes;

  RecordWriter(int expectedBytes) {
    bytes = allocate(expectedBytes);
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer room(int needed) {
    if (bytes.remaining() < needed) {
      int capacity = Math.max(bytes.capacity() * 2, Math.addExact(bytes.position(), needed));
      byte[] larger = Arrays.copyOf(bytes.array(), capacity);
      int position = bytes.position();
      bytes = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(position);
    }
    return bytes;
  }

  RecordWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  RecordWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  RecordWriter i32(int value) {
    room(4).putInt(value);
    return this;
  }

  RecordWriter i64(long value) {
    room(8).putLong(value);
    return this;
  }

  /** int32 length, then UTF-8. */
  RecordWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    i32(utf8.length);
    room(utf8.length).put(utf8);
    return this;
  }

  /** int32 length, then the remaining bytes, which are not consumed. */
  RecordWriter block(ByteBuffer block) {
    i32(block.remaining());
    return raw(block);
  }

  RecordWriter raw(ByteBuffer block) {
    room(block.remaining()).put(block.duplicate());
    return this;
  }

  /** u8 kind (0 Int64, 1 VarChar), int32 count, then int64 values or texts. */
  RecordWriter keys(Keys keys) {
    switch (keys) {
      case Keys.Longs longs -> {
        u8(0).i32(longs.size());
        ByteBuffer target = room(8 * longs.size());
        target.asLongBuffer().put(longs.keys());
        target.position(target.position() + 8 * longs.size());
      }
      case Keys.Texts texts -> {
        u8(1).i32(texts.size());
        texts.keys().forEach(this::text);
      }
    }
    return this;
  }

  /** What was written; position 0, limit at the end. The writer must not be used afterwards. */
  ByteBuffer finish() {
    return bytes.flip();
  }
}
