package io.elanus.node.streaming;

import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.schema.RowBatchCodec;
import io.elanus.schema.RowBatchEncoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes records one after another into little-endian memory off the heap, from which the log can
 * write to its file without a further copy. The memory grows by itself; records written before keep
 * theirs.
 */
final class RecordWriter {
  /** Memory for records to come grows with those that were, up to this. */
  private static final int MOST_AHEAD_BYTES = 8 << 20;

  private ByteBuffer bytes;
  private int start;

  RecordWriter(int expectedBytes) {
    this(allocate(expectedBytes));
  }

  /**
   * @param memory of earlier records that nobody needs any more
   */
  RecordWriter(ByteBuffer memory) {
    bytes = memory.clear();
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer room(int needed) {
    if (bytes.remaining() < needed) {
      int written = bytes.position() - start;
      int least = Math.addExact(written, needed);
      long roomy = Math.max(2L * written, Math.min(2L * bytes.capacity(), MOST_AHEAD_BYTES));
      ByteBuffer larger = allocate(Math.max((int) Math.min(roomy, Integer.MAX_VALUE - 16), least));
      bytes = larger.put(0, bytes, start, written).position(written);
      start = 0;
    }
    return bytes;
  }

  /** Gets memory ready for records of so many bytes together, none of which was begun. */
  void reserve(long needed) {
    begin();
    if (bytes.remaining() < needed) {
      bytes = allocate(Math.toIntExact(needed));
      start = 0;
    }
  }

  /** Begins a record; one that was begun and not finished is forgotten. */
  RecordWriter begin() {
    bytes.position(start);
    return this;
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

  /** int32 length, then the rows as {@link RowBatchCodec} has them. */
  RecordWriter rows(RowBatch batch) {
    RowBatchEncoder encoder = new RowBatchEncoder(batch);
    int length = encoder.bytes();
    i32(length);
    ByteBuffer target = room(length);
    encoder.write(MemorySegment.ofBuffer(target.slice(target.position(), length)));
    target.position(target.position() + length);
    return this;
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

  /**
   * The record that was written; position 0, limit at its end. The next one begins behind it. It
   * stays as it is until {@link #memory} is given to another writer.
   */
  ByteBuffer finish() {
    int end = bytes.position();
    ByteBuffer record = bytes.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
    start = end;
    return record;
  }

  /** For the next writer, once all records are done with. */
  ByteBuffer memory() {
    return bytes;
  }
}
