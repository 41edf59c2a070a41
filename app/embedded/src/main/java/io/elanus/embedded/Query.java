package io.elanus.embedded;

import java.util.List;

/**
 * @param filter empty: every row
 * @param limit of rows, at most 16384
 */
public record Query(String filter, int limit, int offset, List<String> output) {
  public Query {
    output = List.copyOf(output);
  }

  public static Query where(String filter) {
    return new Query(filter, 16384, 0, List.of());
  }

  public Query limit(int count) {
    return new Query(filter, count, offset, output);
  }

  public Query offset(int count) {
    return new Query(filter, limit, count, output);
  }

  public Query output(String... fields) {
    return new Query(filter, limit, offset, List.of(fields));
  }
}
