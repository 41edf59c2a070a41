package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.Optional;

/** Array columns: capacity of each row, type, range and length of the elements. */
final class ArrayChecks {
  private ArrayChecks() {}

  static Column checked(FieldSchema field, Column column) {
    if (!(column instanceof Column.Array array)) {
      throw ColumnChecks.mismatch("array field", field, "need array");
    }
    checkCapacity(field, array);
    DataType type = field.elementType().orElseThrow();
    Column elements = elements(field, type, array);
    return elements == array.elements()
        ? array
        : new Column.Array(array.rows(), array.validity(), array.offsets(), elements);
  }

  private static void checkCapacity(FieldSchema field, Column.Array array) {
    int max = field.maxCapacity();
    for (int row = 0; row < array.rows(); row++) {
      if (array.length(row) > max) {
        throw ElanusException.invalid(
            "the length (%d) of %dth array exceeds max capacity (%d), field: %s"
                .formatted(array.length(row), row, max, field.name()));
      }
    }
  }

  private static Column elements(FieldSchema field, DataType type, Column.Array array) {
    Column elements = array.elements();
    boolean narrower =
        type.isInteger()
            && type != DataType.INT64
            && elements.type().isInteger()
            && elements.type() != DataType.INT64;
    if (elements.type() != type && !narrower) {
      if (elements.rows() == 0) {
        return new ColumnBuilder(type, 0, Optional.empty()).build();
      }
      throw ColumnChecks.mismatch("array field", field, "need " + type.wireName() + " array");
    }
    if (type.isInteger()) {
      return ColumnChecks.narrowed(type, (Column.Fixed) elements);
    }
    if (type.isFloating()) {
      checkFinite(field, (Column.Fixed) elements);
    }
    if (type == DataType.VARCHAR) {
      checkTexts(field, array, (Column.Variable) elements);
    }
    return elements;
  }

  private static void checkFinite(FieldSchema field, Column.Fixed elements) {
    long bytes = (long) elements.rows() * elements.rowBytes();
    if (NonFinite.find(elements.type(), elements.data(), bytes) >= 0) {
      throw ElanusException.invalid(
          "value is not a number or infinity, array field: " + field.name());
    }
  }

  private static void checkTexts(FieldSchema field, Column.Array array, Column.Variable texts) {
    int max = field.maxLength();
    for (int row = 0; row < array.rows(); row++) {
      for (int i = array.start(row); i < array.start(row + 1); i++) {
        if (texts.length(i) > max) {
          throw ElanusException.invalid(
              ("length of Array array field \"%s\" exceeds max length, row number: %d, array"
                      + " index: %d, length: %d, max length: %d")
                  .formatted(field.name(), row, i - array.start(row), texts.length(i), max));
        }
      }
    }
    TextChecks.checkUtf8(field.name(), texts);
  }
}
