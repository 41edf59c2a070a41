package io.elanus.expression;

import io.elanus.schema.ElanusException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The form of a typed filter between processes, little-endian:
 *
 * <pre>
 * filter    "EF" version:u8 node
 * node      kind:u8 fields, in the order of the record's components
 * list      count:i32 item…
 * operand   0 field:i64 type:u8 | 1 field:i64 type:u8 index:i32 | 2 field:i64 list of text
 * value     0 bool:u8 | 1 i64 | 2 f64 | 3 text | 4 list of value
 * terms     0 list of i64 | 1 list of f64 | 2 list of text | 3 bits:u8 (1 false, 2 true)
 * text      bytes:i32 UTF-8
 * </pre>
 *
 * Node kinds are the constants of {@link FilterWriter}; types are the numbers of the Milvus
 * protocol.
 */
public final class FilterCodec {
  static final byte VERSION = 1;
  static final byte[] MAGIC = {'E', 'F'};

  private FilterCodec() {}

  public static byte[] encode(Filter filter) {
    var writer = new FilterWriter();
    writer.header();
    writer.filter(filter);
    return writer.toByteArray();
  }

  /**
   * The filter that {@link #encode} wrote.
   *
   * @throws ElanusException INVALID_PARAMETER when the bytes are not a filter of a known version
   */
  public static Filter decode(byte[] bytes) {
    var reader = new FilterReader(ByteBuffer.wrap(bytes));
    try {
      return reader.whole();
    } catch (BufferUnderflowException | FilterError | IllegalArgumentException e) {
      throw ElanusException.invalid("filter cannot be decoded")
          .with("cause", String.valueOf(e.getMessage()));
    }
  }
}
