package io.elanus.proxy.column;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.stream.Collectors;

/** JSON values and rows of the dynamic field, read as a stream, no tree is built. */
public final class JsonChecks {
  public static final int MAX_BYTES = 65_536;

  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private JsonChecks() {}

  static void checkJson(FieldSchema field, Column.Variable column) {
    for (int row = 0; row < column.rows(); row++) {
      if (column.isNull(row)) {
        continue;
      }
      int length = column.length(row);
      if (length > MAX_BYTES) {
        throw ElanusException.invalid(
            "the length (%d) of json field (%s) exceeds max length (%d), row number: %d"
                .formatted(length, field.name(), MAX_BYTES, row));
      }
      byte[] bytes = bytes(column, row);
      try (JsonParser parser = FACTORY.createParser(bytes)) {
        JsonText.check(bytes);
        requireValue(parser);
      } catch (IOException e) {
        throw ElanusException.invalid(
            "json field (%s) holds no valid json, row number: %d".formatted(field.name(), row));
      }
    }
  }

  private static void requireValue(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new IOException("nothing there");
    }
    JsonText.checkNumbers(parser);
    if (parser.nextToken() != null) {
      throw new IOException("more than one value");
    }
  }

  /** Objects only, none of whose keys is a field's name. */
  public static void checkDynamic(CollectionSchema schema, Column column) {
    if (!(column instanceof Column.Variable rows)) {
      throw notAnObject(0);
    }
    Set<String> fieldNames =
        schema.userFields().stream().map(FieldSchema::name).collect(Collectors.toSet());
    for (int row = 0; row < rows.rows(); row++) {
      if (!rows.isNull(row)) {
        checkDynamicRow(rows, row, fieldNames);
      }
    }
  }

  private static void checkDynamicRow(Column.Variable rows, int row, Set<String> fieldNames) {
    int length = rows.length(row);
    if (length > MAX_BYTES) {
      throw ElanusException.invalid(
          "the length (%d) of dynamic field exceeds max length (%d), row number: %d"
              .formatted(length, MAX_BYTES, row));
    }
    byte[] bytes = bytes(rows, row);
    if (bytes.length == 2 && bytes[0] == '{' && bytes[1] == '}') {
      return;
    }
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      JsonText.check(bytes);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw notAnObject(row);
      }
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        checkKey(key, fieldNames);
        parser.nextToken();
        JsonText.checkNumbers(parser);
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw notAnObject(row);
      }
    } catch (IOException e) {
      throw notAnObject(row);
    }
  }

  private static void checkKey(String key, Set<String> fieldNames) {
    if (key.equals(CollectionSchema.DYNAMIC_FIELD_NAME)) {
      throw ElanusException.invalid("cannot set json key to: " + key);
    }
    if (fieldNames.contains(key)) {
      throw ElanusException.invalid(
          "dynamic field name cannot include the static field name: " + key);
    }
  }

  private static ElanusException notAnObject(int row) {
    return ElanusException.invalid(
        "invalid dynamic field data, only json map is supported, row number: " + row);
  }

  private static byte[] bytes(Column.Variable column, int row) {
    MemorySegment segment = column.row(row);
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }
}
