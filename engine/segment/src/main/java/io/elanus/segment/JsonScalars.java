package io.elanus.segment;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds a scalar in a JSON text without building a tree. */
final class JsonScalars {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonScalars() {}

  /**
   * The JSON text of the scalar at a path of object keys; empty when there is none, or null, or an
   * object or array. Texts that are no JSON have no scalars.
   */
  static Optional<String> at(String json, List<String> path) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      JsonToken token = parser.nextToken();
      for (String key : path) {
        if (token != JsonToken.START_OBJECT || !enter(parser, key)) {
          return Optional.empty();
        }
        token = parser.nextToken();
      }
      return scalar(parser, token);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Moves to the named field of the object that was just opened. */
  private static boolean enter(JsonParser parser, String key) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      if (parser.currentName().equals(key)) {
        return true;
      }
      parser.nextToken();
      parser.skipChildren();
    }
    return false;
  }

  private static Optional<String> scalar(JsonParser parser, JsonToken token) throws IOException {
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    return token == JsonToken.VALUE_STRING
        ? Optional.of(
            '"' + new String(JsonStringEncoder.getInstance().quoteAsString(parser.getText())) + '"')
        : Optional.of(parser.getText());
  }
}
