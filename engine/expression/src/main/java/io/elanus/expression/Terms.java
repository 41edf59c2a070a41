package io.elanus.expression;

import io.elanus.schema.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The distinct constants of an {@code in} list, sorted, all of one class. Numbers are kept unboxed
 * because a list may hold hundreds of thousands of keys.
 */
public sealed interface Terms {
  int size();

  default boolean isEmpty() {
    return size() == 0;
  }

  /** The terms as values, ascending. */
  List<Value> values();

  static Terms ofLongs(long... values) {
    return new Longs(Arrays.stream(values).sorted().distinct().toArray());
  }

  /** Negative zero becomes zero. */
  static Terms ofDoubles(double... values) {
    return new Doubles(
        Arrays.stream(values).map(value -> value + 0.0).sorted().distinct().toArray());
  }

  static Terms ofTexts(List<String> values) {
    return new Texts(values.stream().distinct().sorted(Utf8::compare).toList());
  }

  static Terms ofBooleans(boolean containsFalse, boolean containsTrue) {
    return new Booleans(containsFalse, containsTrue);
  }

  /** The list without a term. */
  static Terms none() {
    return new Longs(new long[0]);
  }

  /**
   * Integers; also the list without a term.
   *
   * @param sorted ascending, distinct; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // equality is written out
  record Longs(long[] sorted) implements Terms {
    @Override
    public int size() {
      return sorted.length;
    }

    @Override
    public List<Value> values() {
      return Arrays.stream(sorted).<Value>mapToObj(Value.Int::new).toList();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Longs longs && Arrays.equals(longs.sorted, sorted);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
      return Arrays.toString(sorted);
    }
  }

  /**
   * Floating numbers.
   *
   * @param sorted ascending, distinct, no negative zero; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // equality is written out
  record Doubles(double[] sorted) implements Terms {
    @Override
    public int size() {
      return sorted.length;
    }

    @Override
    public List<Value> values() {
      return Arrays.stream(sorted).<Value>mapToObj(Value.Real::new).toList();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Doubles doubles && Arrays.equals(doubles.sorted, sorted);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
      return Arrays.toString(sorted);
    }
  }

  /**
   * Texts.
   *
   * @param sorted ascending in the byte order of UTF-8, distinct
   */
  record Texts(List<String> sorted) implements Terms {
    public Texts {
      sorted = List.copyOf(sorted);
    }

    @Override
    public int size() {
      return sorted.size();
    }

    @Override
    public List<Value> values() {
      return sorted.stream().<Value>map(Value.Text::new).toList();
    }
  }

  /** One or both of the booleans. */
  record Booleans(boolean containsFalse, boolean containsTrue) implements Terms {
    @Override
    public int size() {
      return (containsFalse ? 1 : 0) + (containsTrue ? 1 : 0);
    }

    @Override
    public List<Value> values() {
      return Stream.of(false, true)
          .filter(value -> value ? containsTrue : containsFalse)
          .<Value>map(Value.Bool::new)
          .toList();
    }
  }
}
