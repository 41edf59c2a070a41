package io.elanus.proxy;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fields and schemas in few words. */
final class TestSchemas {
  private TestSchemas() {}

  /** A field under construction; copies itself with each change. */
  record Field(
      String name,
      DataType type,
      @Nullable DataType element,
      boolean key,
      boolean auto,
      boolean partitionKey,
      boolean clustering,
      boolean nullable,
      @Nullable Value defaultValue,
      Map<String, String> parameters) {
    static Field of(String name, DataType type) {
      return new Field(name, type, null, false, false, false, false, false, null, Map.of());
    }

    Field element(DataType elementType) {
      return new Field(
          name,
          type,
          elementType,
          key,
          auto,
          partitionKey,
          clustering,
          nullable,
          defaultValue,
          parameters);
    }

    Field primary() {
      return new Field(
          name,
          type,
          element,
          true,
          auto,
          partitionKey,
          clustering,
          nullable,
          defaultValue,
          parameters);
    }

    Field generated() {
      return new Field(
          name,
          type,
          element,
          key,
          true,
          partitionKey,
          clustering,
          nullable,
          defaultValue,
          parameters);
    }

    Field partition() {
      return new Field(
          name, type, element, key, auto, true, clustering, nullable, defaultValue, parameters);
    }

    Field clustered() {
      return new Field(
          name, type, element, key, auto, partitionKey, true, nullable, defaultValue, parameters);
    }

    Field orNull() {
      return new Field(
          name, type, element, key, auto, partitionKey, clustering, true, defaultValue, parameters);
    }

    Field otherwise(Value value) {
      return new Field(
          name, type, element, key, auto, partitionKey, clustering, nullable, value, parameters);
    }

    Field with(String parameter, Object value) {
      Map<String, String> more = new HashMap<>(parameters);
      more.put(parameter, String.valueOf(value));
      return new Field(
          name, type, element, key, auto, partitionKey, clustering, nullable, defaultValue, more);
    }

    FieldSchema build() {
      return new FieldSchema(
          0,
          name,
          "",
          type,
          Optional.ofNullable(element),
          key,
          auto,
          partitionKey,
          clustering,
          nullable,
          false,
          Optional.ofNullable(defaultValue),
          parameters);
    }
  }

  static Field id() {
    return Field.of("id", DataType.INT64).primary();
  }

  static Field vector(String name, int dimension) {
    return Field.of(name, DataType.FLOAT_VECTOR).with("dim", dimension);
  }

  static Field text(String name, int maxLength) {
    return Field.of(name, DataType.VARCHAR).with("max_length", maxLength);
  }

  static Field number(String name) {
    return Field.of(name, DataType.INT64);
  }

  static CollectionSchema schema(String name, Field... fields) {
    return new CollectionSchema(
        name, "", Arrays.stream(fields).map(Field::build).toList(), Map.of(), 0, List.of(), 100);
  }

  static FieldSchema dynamic() {
    return new FieldSchema(
        0,
        CollectionSchema.DYNAMIC_FIELD_NAME,
        "",
        DataType.JSON,
        Optional.empty(),
        false,
        false,
        false,
        false,
        false,
        true,
        Optional.empty(),
        Map.of());
  }

  static Column longs(Object... values) {
    return column(DataType.INT64, 0, values);
  }

  static Column ints(Object... values) {
    return column(DataType.INT32, 0, values);
  }

  static Column texts(Object... values) {
    return column(DataType.VARCHAR, 0, values);
  }

  static Column json(Object... values) {
    return column(DataType.JSON, 0, values);
  }

  static Column vectors(float[]... rows) {
    return column(DataType.FLOAT_VECTOR, rows[0].length, (Object[]) rows);
  }

  static Column arrays(DataType element, List<?>... rows) {
    ColumnBuilder builder = new ColumnBuilder(DataType.ARRAY, 0, Optional.of(element));
    for (List<?> row : rows) {
      builder.add(row);
    }
    return builder.build();
  }

  static Column column(DataType type, int dimension, @Nullable Object... values) {
    ColumnBuilder builder = new ColumnBuilder(type, dimension, Optional.empty());
    for (Object value : values) {
      builder.add(value);
    }
    return builder.build();
  }
}
