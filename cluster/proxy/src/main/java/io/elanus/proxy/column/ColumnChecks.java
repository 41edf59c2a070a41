package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Checks a column as a client sent it against its field, and turns it into a column of exactly the
 * field's type: nulls become defaults where there is one, int32 from the wire becomes int8 or
 * int16, float32 becomes float16 or bfloat16. Columns that fit already are handed on without a
 * copy.
 */
public final class ColumnChecks {
  private ColumnChecks() {}

  /**
   * @param column borrowed; the result may be the same or share its memory
   * @throws ElanusException INVALID_PARAMETER naming field, row and limit
   */
  public static Column checked(FieldSchema field, Column column) {
    Column typed = typed(field, withDefaults(field, column));
    if (field.type() == DataType.JSON && !field.dynamic()) {
      JsonChecks.checkJson(field, (Column.Variable) typed);
    }
    return typed;
  }

  private static Column withDefaults(FieldSchema field, Column column) {
    if (!anyNull(column)) {
      return column.hasNulls() ? withoutValidity(column) : column;
    }
    if (field.defaultValue().isPresent()) {
      Object value = field.defaultValue().get().plain();
      ColumnBuilder builder = ColumnBuilder.like(column);
      for (int row = 0; row < column.rows(); row++) {
        if (column.isNull(row)) {
          builder.add(value);
        } else {
          builder.addRow(column, row);
        }
      }
      return builder.build();
    }
    if (!field.nullable()) {
      throw ElanusException.invalid(
          "the length of valid_data of field(%s) is wrong".formatted(field.name()));
    }
    return column;
  }

  private static boolean anyNull(Column column) {
    if (column.hasNulls()) {
      for (int row = 0; row < column.rows(); row++) {
        if (column.isNull(row)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Column withoutValidity(Column column) {
    return switch (column) {
      case Column.Fixed c -> new Column.Fixed(c.type(), c.dimension(), c.rows(), null, c.data());
      case Column.Bit c -> new Column.Bit(c.rows(), null, c.data());
      case Column.Variable c ->
          new Column.Variable(c.type(), c.rows(), null, c.offsets(), c.data());
      case Column.Array c -> new Column.Array(c.rows(), null, c.offsets(), c.elements());
    };
  }

  private static Column typed(FieldSchema field, Column column) {
    return switch (field.type()) {
      case BOOL -> {
        if (!(column instanceof Column.Bit)) {
          throw mismatch("field", field, "need bool array");
        }
        yield column;
      }
      case INT8, INT16, INT32, INT64 -> integers(field, column);
      case FLOAT, DOUBLE -> numbers(field, column);
      case VARCHAR -> texts(field, column);
      case JSON -> {
        if (column.type() != DataType.JSON) {
          throw mismatch("json field", field, "need json array");
        }
        yield column;
      }
      case ARRAY -> ArrayChecks.checked(field, column);
      case FLOAT_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR, BINARY_VECTOR ->
          vectors(field, column);
      case SPARSE_FLOAT_VECTOR -> {
        if (column.type() != DataType.SPARSE_FLOAT_VECTOR) {
          throw mismatch("sparse float field", field, "need sparse float array");
        }
        SparseChecks.check(field.name(), (Column.Variable) column);
        yield column;
      }
    };
  }

  private static Column integers(FieldSchema field, Column column) {
    boolean fits =
        field.type() == DataType.INT64
            ? column.type() == DataType.INT64
            : column.type().isInteger() && column.type() != DataType.INT64;
    if (!fits) {
      throw mismatch(
          "field", field, field.type() == DataType.INT64 ? "need long array" : "need int array");
    }
    return narrowed(field.type(), (Column.Fixed) column);
  }

  /** The same integers in the width of {@code type}; refused when one does not fit. */
  static Column narrowed(DataType type, Column.Fixed column) {
    if (column.type() == type) {
      return column;
    }
    long low =
        type == DataType.INT8
            ? Byte.MIN_VALUE
            : type == DataType.INT16 ? Short.MIN_VALUE : Integer.MIN_VALUE;
    long high =
        type == DataType.INT8
            ? Byte.MAX_VALUE
            : type == DataType.INT16 ? Short.MAX_VALUE : Integer.MAX_VALUE;
    ColumnBuilder builder = new ColumnBuilder(type, 0, Optional.empty());
    for (int row = 0; row < column.rows(); row++) {
      if (column.isNull(row)) {
        builder.addNull();
        continue;
      }
      long value = column.asLong(row);
      if (value < low || value > high) {
        throw ElanusException.invalid(
            "the %dth element (%d) out of range: [%d, %d]".formatted(row, value, low, high));
      }
      builder.add(value);
    }
    return builder.build();
  }

  private static Column numbers(FieldSchema field, Column column) {
    if (column.type() != field.type()) {
      throw mismatch(
          "field",
          field,
          field.type() == DataType.FLOAT ? "need float array" : "need double array");
    }
    checkFinite(field, (Column.Fixed) column);
    return column;
  }

  private static void checkFinite(FieldSchema field, Column.Fixed column) {
    int rowBytes = column.rowBytes();
    long at = NonFinite.find(column.type(), column.data(), (long) column.rows() * rowBytes);
    if (at < 0) {
      return;
    }
    for (long row = at / rowBytes; row <= Math.min((at + 7) / rowBytes, column.rows() - 1); row++) {
      MemorySegment one = column.data().asSlice(row * rowBytes, rowBytes);
      if (NonFinite.find(column.type(), one, rowBytes) >= 0) {
        throw ElanusException.invalid(
            "value is not a number or infinity, field: %s, row number: %d"
                .formatted(field.name(), row));
      }
    }
  }

  private static Column texts(FieldSchema field, Column column) {
    if (column.type() != DataType.VARCHAR) {
      throw mismatch("varchar field", field, "need string array");
    }
    Column.Variable texts = (Column.Variable) column;
    int max = field.maxLength();
    int[] starts = texts.offsets().asSlice(0, 4L * (texts.rows() + 1)).toArray(Column.INT);
    for (int row = 0; row < texts.rows(); row++) {
      int length = starts[row + 1] - starts[row];
      if (length > max) {
        throw ElanusException.invalid(
            ("length of varchar field %s exceeds max length, row number: %d, length: %d,"
                    + " max length: %d")
                .formatted(field.name(), row, length, max));
      }
    }
    TextChecks.checkUtf8(field.name(), texts);
    return texts;
  }

  private static Column vectors(FieldSchema field, Column column) {
    boolean half =
        field.type() == DataType.FLOAT16_VECTOR || field.type() == DataType.BFLOAT16_VECTOR;
    boolean convert = half && column.type() == DataType.FLOAT_VECTOR;
    if (!(column instanceof Column.Fixed given) || (given.type() != field.type() && !convert)) {
      String kind = vectorKind(field.type());
      throw mismatch(kind + " field", field, "need " + kind);
    }
    if (given.dimension() != field.dimension()) {
      throw ElanusException.invalid(
          "the dim (%d) of field data(%s) is not equal to schema dim (%d)"
              .formatted(given.dimension(), field.name(), field.dimension()));
    }
    if (given.type() != DataType.INT8_VECTOR && given.type() != DataType.BINARY_VECTOR) {
      checkFinite(field, given);
    }
    if (!convert) {
      return given;
    }
    Column.Fixed converted = FloatConversion.convert(given, field.type());
    checkFinite(field, converted);
    return converted;
  }

  private static String vectorKind(DataType type) {
    return switch (type) {
      case BINARY_VECTOR -> "binary vector";
      case FLOAT16_VECTOR -> "float16 vector";
      case BFLOAT16_VECTOR -> "bfloat16 vector";
      case INT8_VECTOR -> "int8 vector";
      default -> "float vector";
    };
  }

  static ElanusException mismatch(String kind, FieldSchema field, String expected) {
    return new ElanusException(
            ErrorCode.INVALID_PARAMETER,
            "%s '%s' is illegal, array type mismatch".formatted(kind, field.name()))
        .with("expected", expected)
        .with("actual", "got nil");
  }
}
