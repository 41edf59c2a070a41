package io.elanus.api.milvus;

import io.elanus.api.milvus.WireField.Payload;
import io.elanus.api.milvus.WireField.Slot;
import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Arrays: one ScalarField a row, its slot chosen by the element type. */
final class ArrayReader {
  private ArrayReader() {}

  static Column read(List<Slice> rows, FieldSchema field, Validity validity) {
    DataType elementType = field.elementType().orElseThrow();
    ColumnBuilder elements = new ColumnBuilder(elementType, 0, Optional.empty());
    MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (validity.rows() + 1)]);
    int next = 0;
    for (int row = 0; row < validity.rows(); row++) {
      if (validity.isThere(row)) {
        for (Object element : elements(rows.get(next++), elementType, field)) {
          elements.add(element);
        }
      }
      offsets.set(Column.INT, 4L * (row + 1), elements.rows());
    }
    return new Column.Array(validity.rows(), validity.bits(), offsets, elements.build());
  }

  private static List<Object> elements(Slice row, DataType type, FieldSchema field) {
    Payload payload = WireField.scalars(row);
    if (payload.slot() == Slot.NONE) {
      return List.of(); // an empty array may leave its slot unset
    }
    Slot wanted = slot(type);
    if (payload.slot() != wanted) {
      throw ElanusException.invalid(
              "insert data does not match the element type of array field " + field.name())
          .with("expected", WireNames.slot(wanted))
          .with("actual", WireNames.slot(payload.slot()));
    }
    return wanted == Slot.TEXT
        ? texts(payload.chunks(), field)
        : numbers(WireField.run(payload.chunks()), type, field);
  }

  private static List<Object> texts(List<Slice> values, FieldSchema field) {
    List<Object> texts = new ArrayList<>(values.size());
    for (Slice value : values) {
      if (!VariableReader.isUtf8(value)) {
        throw ElanusException.invalid("value of field " + field.name() + " is not valid UTF-8");
      }
      texts.add(value.text());
    }
    return texts;
  }

  private static List<Object> numbers(Slice run, DataType type, FieldSchema field) {
    List<Object> numbers = new ArrayList<>();
    if (type.isFloating() && run.length() % type.rowBytes(0) != 0) {
      throw WireReader.malformed();
    }
    switch (type) {
      case FLOAT -> {
        FiniteValues.checkFloats(run.segment(), field);
        for (int at = 0; at + 4 <= run.length(); at += 4) {
          numbers.add(run.segment().get(Column.FLOAT, at));
        }
      }
      case DOUBLE -> {
        FiniteValues.checkDoubles(run.segment(), field);
        for (int at = 0; at + 8 <= run.length(); at += 8) {
          numbers.add(run.segment().get(Column.DOUBLE, at));
        }
      }
      default -> {
        WireReader values = run.reader();
        while (values.more()) {
          numbers.add(whole(values.readVarint(), type, numbers.size()));
        }
      }
    }
    return numbers;
  }

  private static Object whole(long value, DataType type, int index) {
    return switch (type) {
      case BOOL -> value != 0;
      case INT8 -> Varints.checked(index, value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> Varints.checked(index, value, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT32 -> Varints.checked(index, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      default -> value;
    };
  }

  private static Slot slot(DataType elementType) {
    return switch (elementType) {
      case BOOL -> Slot.BOOL;
      case INT8, INT16, INT32 -> Slot.INT;
      case INT64 -> Slot.LONG;
      case FLOAT -> Slot.FLOAT;
      case DOUBLE -> Slot.DOUBLE;
      case VARCHAR -> Slot.TEXT;
      default -> throw new IllegalArgumentException(elementType + " is no element type");
    };
  }
}
