package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.Map;

/**
 * From the text of a filter to its typed tree. Parsing does not depend on the schema, so that the
 * syntax of recent texts is kept; names and types are looked up each time.
 */
public final class FilterParser {
  private static final int SHORTENED = 4096;
  private static final RecentSyntax RECENT = new RecentSyntax();

  private FilterParser() {}

  /**
   * Parses and types a filter.
   *
   * @param text the filter; empty or blank matches every row
   * @param templates values of the {@code {name}} places; those never named are ignored
   * @throws ElanusException INVALID_PARAMETER with {@code cannot parse expression: …}; the caller
   *     puts the verb ({@code failed to create query plan: }) before it
   */
  public static Filter parse(String text, CollectionSchema schema, Map<String, Value> templates) {
    if (text.isBlank()) {
      return new Filter.Everything();
    }
    try {
      Syntax syntax = RECENT.read(text);
      return Typing.type(text, syntax, new Scope(schema, templates));
    } catch (FilterError error) {
      throw ElanusException.invalid(
          "cannot parse expression: " + shortened(text) + ", error: " + error.sentence());
    }
  }

  /** The text, or its beginning when it is too long to be repeated in a message. */
  static String shortened(String text) {
    return text.length() <= SHORTENED ? text : text.substring(0, SHORTENED) + "…";
  }
}
