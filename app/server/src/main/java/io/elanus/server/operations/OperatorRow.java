package io.elanus.server.operations;

import java.util.LinkedHashMap;
import java.util.Map;

/** One line of what operators are told: names and values in their order, as JSON has them. */
final class OperatorRow {
  private final Map<String, Object> values = new LinkedHashMap<>();

  static OperatorRow of(String name, Object value) {
    return new OperatorRow().and(name, value);
  }

  OperatorRow and(String name, Object value) {
    values.put(name, value);
    return this;
  }

  Map<String, Object> values() {
    return values;
  }
}
