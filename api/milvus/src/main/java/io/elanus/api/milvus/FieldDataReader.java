package io.elanus.api.milvus;

import io.elanus.api.milvus.WireField.Slot;
import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Reads a FieldData of a request (schema.proto) into a column: the slot that fits the type, compact
 * payloads spread over the rows. Fixed-width payloads are not copied when every row is there: the
 * column borrows the request's bytes.
 *
 * <p>Only the layout is checked here. Values (ranges, lengths, NaN, UTF-8, JSON) are the proxy's to
 * check, narrow and convert.
 */
final class FieldDataReader {
  private FieldDataReader() {}

  /**
   * @param rows of the request
   * @throws ElanusException INVALID_PARAMETER with Milvus's texts
   */
  static Column read(WireField data, FieldSchema field, int rows) {
    checkType(data, field);
    Validity validity = Validity.of(data, field, rows);
    return switch (field.type()) {
      case BOOL -> booleans(data, field, validity);
      case INT8, INT16, INT32, INT64 -> integers(data, field, validity);
      case FLOAT -> reals(data, field, validity, Slot.FLOAT, "need float array");
      case DOUBLE -> reals(data, field, validity, Slot.DOUBLE, "need double array");
      case VARCHAR -> variable(data, field, validity, Slot.TEXT);
      case JSON -> variable(data, field, validity, Slot.JSON);
      case ARRAY -> ArrayReader.read(values(data, field, validity, Slot.ARRAY), field, validity);
      case SPARSE_FLOAT_VECTOR -> variable(data, field, validity, Slot.SPARSE_VECTOR);
      case FLOAT_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR, BINARY_VECTOR ->
          DenseReader.read(data, field, validity);
    };
  }

  private static void checkType(WireField data, FieldSchema field) {
    int sent = data.type();
    boolean halfFromFloats =
        sent == DataType.FLOAT_VECTOR.wireNumber()
            && (field.type() == DataType.FLOAT16_VECTOR
                || field.type() == DataType.BFLOAT16_VECTOR);
    if (sent != 0 && sent != field.type().wireNumber() && !halfFromFloats) {
      throw ElanusException.invalid("data type of field " + field.name() + " does not fit")
          .with("expected", field.type().wireName())
          .with("actual", WireNames.dataType(sent));
    }
  }

  private static Column booleans(WireField data, FieldSchema field, Validity validity) {
    Slice run = run(data, field, validity, Slot.BOOL, "need bool array");
    WireReader values = run.reader();
    checkCount(count(run), field, validity);
    byte[] bits = new byte[(validity.rows() + 7) / 8];
    for (int row = 0; row < validity.rows(); row++) {
      if (validity.isThere(row) && values.readVarint() != 0) {
        bits[row >>> 3] |= (byte) (1 << (row & 7));
      }
    }
    return new Column.Bit(validity.rows(), validity.bits(), MemorySegment.ofArray(bits));
  }

  /** Int8 and Int16 travel as int32 and are narrowed, and range-checked, by the proxy. */
  private static Column integers(WireField data, FieldSchema field, Validity validity) {
    boolean isLong = field.type() == DataType.INT64;
    Slice run =
        isLong
            ? run(data, field, validity, Slot.LONG, "need long int array")
            : run(data, field, validity, Slot.INT, "need int array");
    checkCount(count(run), field, validity);
    return isLong ? longs(run.reader(), validity) : ints(run.reader(), validity);
  }

  private static Column longs(WireReader values, Validity validity) {
    long[] numbers = new long[validity.rows()];
    for (int row = 0; row < numbers.length; row++) {
      if (validity.isThere(row)) {
        numbers[row] = values.readVarint();
      }
    }
    byte[] bytes = new byte[Math.multiplyExact(numbers.length, Long.BYTES)];
    MemorySegment target = MemorySegment.ofArray(bytes);
    MemorySegment.copy(numbers, 0, target, Column.LONG, 0, numbers.length);
    return new Column.Fixed(DataType.INT64, 0, numbers.length, validity.bits(), target);
  }

  private static Column ints(WireReader values, Validity validity) {
    int[] numbers = new int[validity.rows()];
    for (int row = 0; row < numbers.length; row++) {
      if (validity.isThere(row)) {
        numbers[row] = (int) values.readVarint();
      }
    }
    byte[] bytes = new byte[Math.multiplyExact(numbers.length, Integer.BYTES)];
    MemorySegment target = MemorySegment.ofArray(bytes);
    MemorySegment.copy(numbers, 0, target, Column.INT, 0, numbers.length);
    return new Column.Fixed(DataType.INT32, 0, numbers.length, validity.bits(), target);
  }

  /** How many whole numbers a packed run holds. */
  private static int count(Slice run) {
    int count = 0;
    byte[] bytes = run.bytes();
    for (int at = run.from(); at < run.to(); at++) {
      if (bytes[at] >= 0) {
        count++;
      }
    }
    return count;
  }

  private static Column reals(
      WireField data, FieldSchema field, Validity validity, Slot slot, String need) {
    Slice run = run(data, field, validity, slot, need);
    int width = field.type().rowBytes(0);
    if (run.length() % width != 0) {
      throw WireReader.malformed();
    }
    checkCount(run.length() / width, field, validity);
    return new Column.Fixed(
        field.type(), 0, validity.rows(), validity.bits(), validity.spread(run.segment(), width));
  }

  private static Column variable(WireField data, FieldSchema field, Validity validity, Slot slot) {
    return VariableReader.column(values(data, field, validity, slot), field.type(), validity);
  }

  private static Slice run(
      WireField data, FieldSchema field, Validity validity, Slot slot, String need) {
    checkSlot(data, field, validity, slot, need);
    return WireField.run(data.payload().chunks());
  }

  private static List<Slice> values(
      WireField data, FieldSchema field, Validity validity, Slot slot) {
    checkSlot(data, field, validity, slot, "need " + WireNames.slot(slot));
    checkCount(data.payload().chunks().size(), field, validity);
    return data.payload().chunks();
  }

  /** A payload may be missing altogether when it has no row to hold. */
  static void checkSlot(
      WireField data, FieldSchema field, Validity validity, Slot slot, String need) {
    Slot sent = data.payload().slot();
    if (sent == slot || (sent == Slot.NONE && validity.stored() == 0)) {
      return;
    }
    String what = field.type().isVector() ? WireNames.slot(slot) + " field" : "field";
    throw ElanusException.invalid(what + " '" + field.name() + "' is illegal, array type mismatch")
        .with("expected", need)
        .with("actual", sent == Slot.NONE ? "got nil" : "got " + WireNames.slot(sent));
  }

  static void checkCount(int sent, FieldSchema field, Validity validity) {
    if (sent == validity.stored()) {
      return;
    }
    if (validity.bits() != null) {
      throw ElanusException.invalid("the length of field(" + field.name() + ") is wrong")
          .with("expected", validity.stored())
          .with("actual", sent);
    }
    throw ElanusException.invalid(
        "the num_rows ("
            + sent
            + ") of field ("
            + field.name()
            + ") is not equal to passed num_rows ("
            + validity.rows()
            + ")");
  }
}
