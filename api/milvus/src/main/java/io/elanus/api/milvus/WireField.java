package io.elanus.api.milvus;

import io.elanus.api.milvus.WireReader.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A FieldData of schema.proto as it lies on the wire.
 *
 * @param type DataType number; 0 when the client left it out
 * @param validity one byte a row, 0 or 1, as sent; empty when there is none
 * @param dimension as the client says; 0 for scalars
 */
record WireField(
    int type, String name, boolean dynamic, byte[] validity, int dimension, Payload payload) {

  /** Which slot of the oneof is filled: its tag in ScalarField or VectorField. */
  enum Slot {
    NONE,
    BOOL,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    TEXT,
    ARRAY,
    JSON,
    FLOAT_VECTOR,
    BINARY_VECTOR,
    FLOAT16_VECTOR,
    BFLOAT16_VECTOR,
    SPARSE_VECTOR,
    INT8_VECTOR,
    OTHER
  }

  /**
   * @param chunks of packed numbers; the values of texts, JSON, arrays and sparse rows; one chunk
   *     of bytes for other vectors
   */
  record Payload(Slot slot, List<Slice> chunks) {
    static final Payload NONE = new Payload(Slot.NONE, List.of());
  }

  static WireField read(Slice message) {
    WireReader reader = message.reader();
    int type = 0;
    String name = "";
    boolean dynamic = false;
    List<Slice> validity = new ArrayList<>();
    int dimension = 0;
    Payload payload = Payload.NONE;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> type = (int) reader.varint();
        case 2 -> name = reader.text();
        case 3 -> payload = scalars(reader.slice());
        case 4 -> {
          Slice vectors = reader.slice();
          dimension = dimension(vectors);
          payload = vectors(vectors);
        }
        case 6 -> dynamic = reader.varint() != 0;
        case 7 -> validity.add(reader.numbers());
        case 8 -> {
          reader.skip();
          payload = new Payload(Slot.OTHER, List.of());
        }
        default -> reader.skip();
      }
    }
    return new WireField(type, name, dynamic, joined(validity), dimension, payload);
  }

  /** The ScalarField in {@code message}: its last filled slot. */
  static Payload scalars(Slice message) {
    WireReader reader = message.reader();
    Payload payload = Payload.NONE;
    while (reader.next()) {
      Slot slot =
          switch (reader.field()) {
            case 1 -> Slot.BOOL;
            case 2 -> Slot.INT;
            case 3 -> Slot.LONG;
            case 4 -> Slot.FLOAT;
            case 5 -> Slot.DOUBLE;
            case 6 -> Slot.TEXT;
            case 8 -> Slot.ARRAY;
            case 9 -> Slot.JSON;
            default -> Slot.OTHER;
          };
      if (slot == Slot.OTHER) {
        reader.skip();
        payload = reader.field() == 17 ? payload : new Payload(Slot.OTHER, List.of());
      } else {
        payload = new Payload(slot, values(reader.slice()));
      }
    }
    return payload;
  }

  private static int dimension(Slice vectors) {
    WireReader reader = vectors.reader();
    while (reader.next()) {
      if (reader.field() == 1) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, reader.varint()));
      }
      reader.skip();
    }
    return 0;
  }

  private static Payload vectors(Slice message) {
    WireReader reader = message.reader();
    Payload payload = Payload.NONE;
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> payload = new Payload(Slot.FLOAT_VECTOR, values(reader.slice()));
        case 3 -> payload = new Payload(Slot.BINARY_VECTOR, List.of(reader.slice()));
        case 4 -> payload = new Payload(Slot.FLOAT16_VECTOR, List.of(reader.slice()));
        case 5 -> payload = new Payload(Slot.BFLOAT16_VECTOR, List.of(reader.slice()));
        case 6 -> payload = new Payload(Slot.SPARSE_VECTOR, values(reader.slice()));
        case 7 -> payload = new Payload(Slot.INT8_VECTOR, List.of(reader.slice()));
        case 8 -> {
          reader.skip();
          payload = new Payload(Slot.OTHER, List.of());
        }
        default -> reader.skip();
      }
    }
    return payload;
  }

  /** Field 1 of the arrays of the protocol: chunks of numbers, or one slice per value. */
  private static List<Slice> values(Slice message) {
    WireReader reader = message.reader();
    List<Slice> values = new ArrayList<>();
    while (reader.next()) {
      if (reader.field() == 1) {
        values.add(reader.numbers());
      } else {
        reader.skip();
      }
    }
    return values;
  }

  private static byte[] joined(List<Slice> chunks) {
    int length = chunks.stream().mapToInt(Slice::length).sum();
    byte[] joined = new byte[length];
    int at = 0;
    for (Slice chunk : chunks) {
      System.arraycopy(chunk.bytes(), chunk.from(), joined, at, chunk.length());
      at += chunk.length();
    }
    return joined;
  }

  /** The numbers of a payload as one run of bytes; copied only when they came in pieces. */
  static Slice run(List<Slice> chunks) {
    return switch (chunks.size()) {
      case 0 -> Slice.EMPTY;
      case 1 -> chunks.getFirst();
      default -> {
        byte[] joined = joined(chunks);
        yield new Slice(joined, 0, joined.length);
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireField field
        && field.name.equals(name)
        && Arrays.equals(field.validity, validity)
        && field.payload.equals(payload);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
