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
  /**
   * Name of a template value that is a hint: when TRUE, a predicate over a missing JSON path, or
   * one with a value of another class, is FALSE and not UNKNOWN, so that {@code !=}, {@code not in}
   * and {@code not (…)} keep such rows, as they did before Milvus 3.0. Not a name that a filter can
   * have.
   */
  public static final String ABSENT_IS_FALSE = "absent is false";

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
      Filter filter = Typing.type(text, syntax, new Scope(schema, templates));
      return new Value.Bool(true).equals(templates.get(ABSENT_IS_FALSE))
          ? AbsentIsFalse.rewrite(filter)
          : filter;
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
