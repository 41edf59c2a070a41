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

/**
 * Arrays: one ScalarField a row, its slot chosen by the element type. Elements of Int8 and Int16
 * stay int32 as they came.
 */
final class ArrayReader {
  private ArrayReader() {}

  static Column read(List<Slice> rows, FieldSchema field, Validity validity) {
    DataType elementType = field.elementType().orElseThrow();
    DataType sent = slot(elementType) == Slot.INT ? DataType.INT32 : elementType;
    ColumnBuilder elements = new ColumnBuilder(sent, 0, Optional.empty());
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
        ? payload.chunks().stream().<Object>map(Slice::text).toList()
        : numbers(WireField.run(payload.chunks()), type);
  }

  private static List<Object> numbers(Slice run, DataType type) {
    List<Object> numbers = new ArrayList<>();
    if (type.isFloating()) {
      int width = type.rowBytes(0);
      if (run.length() % width != 0) {
        throw WireReader.malformed();
      }
      MemorySegment values = run.segment();
      for (int at = 0; at < run.length(); at += width) {
        numbers.add(
            type == DataType.FLOAT
                ? (Object) values.get(Column.FLOAT, at)
                : (Object) values.get(Column.DOUBLE, at));
      }
      return numbers;
    }
    WireReader values = run.reader();
    while (values.more()) {
      long value = values.readVarint();
      numbers.add(type == DataType.BOOL ? (Object) (value != 0) : (Object) value);
    }
    return numbers;
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
