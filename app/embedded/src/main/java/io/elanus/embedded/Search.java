package io.elanus.embedded;

import java.util.List;
import java.util.Map;

/**
 * @param vector float[]; byte[] for vectors of other types
 * @param field empty: the only vector field
 * @param filter empty: none
 * @param parameters of the index: {@code ef}, {@code nprobe}, …
 */
public record Search(
    Object vector,
    String field,
    int limit,
    String filter,
    List<String> output,
    Map<String, Object> parameters) {
  public Search {
    output = List.copyOf(output);
    parameters = Map.copyOf(parameters);
  }

  public static Search near(Object vector) {
    return new Search(vector, "", 10, "", List.of(), Map.of());
  }

  public Search field(String name) {
    return new Search(vector, name, limit, filter, output, parameters);
  }

  public Search limit(int count) {
    return new Search(vector, field, count, filter, output, parameters);
  }

  public Search filter(String expression) {
    return new Search(vector, field, limit, expression, output, parameters);
  }

  public Search output(String... fields) {
    return new Search(vector, field, limit, filter, List.of(fields), parameters);
  }

  public Search with(Map<String, Object> indexParameters) {
    return new Search(vector, field, limit, filter, output, indexParameters);
  }
}
