package io.elanus.api.milvus;

import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.api.milvus.proto.ValueField;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.Optional;

/**
 * Default values: the slot of a ValueField (schema.proto, FieldSchema.default_value) must be that
 * of the field's type.
 */
final class DefaultValues {
  private DefaultValues() {}

  /** Empty when the field has none. */
  static Optional<Value> read(FieldSchema field, DataType type) {
    if (!field.hasDefaultValue()
        || field.getDefaultValue().getDataCase() == ValueField.DataCase.DATA_NOT_SET) {
      return Optional.empty();
    }
    if (type.isVector() || type == DataType.JSON || type == DataType.ARRAY) {
      throw ElanusException.invalid(
          "type not support default_value, type:" + type.wireName() + ", name:" + field.getName());
    }
    ValueField value = field.getDefaultValue();
    return Optional.of(
        switch (value.getDataCase()) {
          case BOOL_DATA ->
              fitting(
                  type == DataType.BOOL, field, type, "Bool", new Value.Bool(value.getBoolData()));
          case INT_DATA ->
              fitting(isSmall(type), field, type, "Int32", new Value.Int(value.getIntData()));
          case LONG_DATA ->
              fitting(
                  type == DataType.INT64, field, type, "Int64", new Value.Int(value.getLongData()));
          case FLOAT_DATA ->
              fitting(
                  type == DataType.FLOAT,
                  field,
                  type,
                  "Float",
                  new Value.Real(value.getFloatData()));
          case DOUBLE_DATA ->
              fitting(
                  type == DataType.DOUBLE,
                  field,
                  type,
                  "Double",
                  new Value.Real(value.getDoubleData()));
          case STRING_DATA ->
              fitting(
                  type == DataType.VARCHAR,
                  field,
                  type,
                  "VarChar",
                  new Value.Text(value.getStringData()));
          case BYTES_DATA, TIMESTAMPTZ_DATA, DATE_DATA, TIME_DATA, DATA_NOT_SET ->
              throw mismatch(field, type, value.getDataCase().name());
        });
  }

  private static boolean isSmall(DataType type) {
    return type == DataType.INT8 || type == DataType.INT16 || type == DataType.INT32;
  }

  private static Value fitting(
      boolean fits, FieldSchema field, DataType type, String slot, Value value) {
    if (!fits) {
      throw mismatch(field, type, slot);
    }
    return value;
  }

  private static ElanusException mismatch(FieldSchema field, DataType type, String slot) {
    return ElanusException.invalid(
        "type (%s) of field (%s) is not equal to the type(%s) of default_value"
            .formatted(type.wireName(), field.getName(), slot));
  }

  static ValueField write(Value value, DataType type) {
    ValueField.Builder written = ValueField.newBuilder();
    switch (value) {
      case Value.Bool bool -> written.setBoolData(bool.value());
      case Value.Int number -> {
        if (type == DataType.INT64) {
          written.setLongData(number.value());
        } else {
          written.setIntData((int) number.value());
        }
      }
      case Value.Real number -> {
        if (type == DataType.FLOAT) {
          written.setFloatData((float) number.value());
        } else {
          written.setDoubleData(number.value());
        }
      }
      case Value.Text text -> written.setStringData(text.value());
      case Value.Many many -> throw new IllegalArgumentException("a list is no default value");
    }
    return written.build();
  }
}
