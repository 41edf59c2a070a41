package io.elanus.expression;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.elanus.schema.Column;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value at one path of JSON documents, row by row, without building the document. The
 * first of equal keys counts; a document that is not JSON has no value anywhere. Not thread-safe.
 */
public final class JsonRow {
  /** Stands for an object or a null, which equals nothing. */
  public static final Object OTHER = new Object();

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final Column.Variable column;
  private final List<String> keys;
  private byte[] buffer = new byte[1024];

  /**
   * @param keys the path; empty for the whole document
   */
  public JsonRow(Column.Variable column, List<String> keys) {
    this.column = column;
    this.keys = keys;
  }

  /**
   * The scalar or array at the path as Boolean, Long, Double, String or List; {@link #OTHER} for an
   * object or null, empty when the path leads nowhere.
   */
  public Optional<Object> value(int row) {
    try (JsonParser parser = open(row)) {
      return find(parser) ? Optional.of(read(parser)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the path leads to something other than nulls and empty containers. */
  boolean exists(int row) {
    try (JsonParser parser = open(row)) {
      return find(parser) && isSubstantial(parser);
    } catch (IOException e) {
      return false;
    }
  }

  private JsonParser open(int row) throws IOException {
    int length = column.length(row);
    if (length > buffer.length) {
      buffer = new byte[Math.max(length, 2 * buffer.length)];
    }
    MemorySegment.copy(column.data(), ValueLayout.JAVA_BYTE, column.start(row), buffer, 0, length);
    return JSON.createParser(buffer, 0, length);
  }

  /** Moves to the first token of the value. */
  private boolean find(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    for (String key : keys) {
      token =
          token == JsonToken.START_OBJECT
              ? field(parser, key)
              : token == JsonToken.START_ARRAY ? element(parser, key) : null;
      if (token == null) {
        return false;
      }
    }
    return token != null;
  }

  private static @Nullable JsonToken field(JsonParser parser, String key) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(key);
      JsonToken value = parser.nextToken();
      if (found) {
        return value;
      }
      parser.skipChildren();
    }
    return null;
  }

  private static @Nullable JsonToken element(JsonParser parser, String key) throws IOException {
    int index = index(key);
    if (index < 0) {
      return null;
    }
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (index-- == 0) {
        return token;
      }
      parser.skipChildren();
    }
    return null;
  }

  /** The array index that a key spells, or -1; no leading zeros. */
  private static int index(String key) {
    if (key.length() > 9 || (key.length() > 1 && key.charAt(0) == '0')) {
      return -1;
    }
    int index = 0;
    for (int i = 0; i < key.length(); i++) {
      int digit = key.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      index = 10 * index + digit;
    }
    return index;
  }

  private static Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) parser.getDoubleValue()
              : (Object) parser.getLongValue();
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(read(parser));
        }
        yield elements;
      }
      default -> {
        parser.skipChildren();
        yield OTHER;
      }
    };
  }

  private static boolean isSubstantial(JsonParser parser) throws IOException {
    int depth = 0;
    for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
        return true;
      }
      if (depth == 0) {
        return false;
      }
    }
    return false;
  }
}
