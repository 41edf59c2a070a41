package io.elanus.embedded;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by field name: Boolean, Long (or any integer), Float, Double, String (VarChar, JSON text),
 * List (arrays), float[] (float vectors), byte[] (other vectors), null.
 */
public record Row(Map<String, @Nullable Object> values) {
  public Row {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Names and values in turn. */
  public static Row of(@Nullable Object... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values come in pairs");
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return new Row(values);
  }

  public @Nullable Object get(String field) {
    return values.get(field);
  }
}
