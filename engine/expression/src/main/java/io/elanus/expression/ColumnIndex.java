package io.elanus.expression;

import io.elanus.schema.Bits;
import io.elanus.schema.Value;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a scalar index can answer about its column. An answer is the set of rows for which the
 * question is TRUE; an empty answer means that the index cannot tell, and the column is scanned. An
 * index never changes the result of a filter.
 *
 * <p>The values of a row are: the column's value, all elements of an array, or the value at a JSON
 * path. For an array every question reads "some element …". Every returned set is the caller's own.
 */
public interface ColumnIndex {
  /** Rows covered. */
  int count();

  /** Rows with a value equal to one of the terms. */
  Optional<Bits> anyOf(Terms terms);

  /**
   * Rows with a value between the bounds.
   *
   * @param low no lower bound when empty
   * @param high no upper bound when empty
   */
  Optional<Bits> range(
      Optional<Value> low, boolean lowInclusive, Optional<Value> high, boolean highInclusive);

  /**
   * Rows with a text that starts with {@code prefix} and passes {@code test}; each distinct text is
   * tested once.
   */
  Optional<Bits> texts(String prefix, Predicate<String> test);

  /**
   * Rows whose value is there for constants of the class of {@code example}: not null and, at a
   * JSON path, of that class. The others are UNKNOWN.
   */
  Optional<Bits> known(Value example);
}
