package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.Map;

/** From the text of a filter to its typed tree. */
public final class FilterParser {
  private FilterParser() {}

  /**
   * @param text the filter; empty or blank matches every row
   * @param templates values of the {@code {name}} places; those never named are ignored
   * @throws ElanusException INVALID_PARAMETER with {@code cannot parse expression: …}; the caller
   *     puts the verb ({@code failed to create query plan: }) before it
   */
  public static Filter parse(String text, CollectionSchema schema, Map<String, Value> templates) {
    throw new UnsupportedOperationException("not written yet: " + text + schema.name() + templates);
  }
}
