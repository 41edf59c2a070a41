package io.elanus.expression;

import com.google.re2j.Pattern;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads columns of texts; compares UTF-8 bytes in place and decodes a row only for a pattern. */
final class TextScan {
  private TextScan() {}

  static Ternary range(Column.Variable column, Interval interval, @Nullable Bits candidates) {
    if (interval.lowInclusive()
        && interval.highInclusive()
        && interval.low().isPresent()
        && interval.low().equals(interval.high())) {
      byte[] wanted = bytes(interval.low().get());
      return Scan.rows(column, candidates, row -> equal(column, row, wanted));
    }
    Optional<byte[]> low = interval.low().map(TextScan::bytes);
    Optional<byte[]> high = interval.high().map(TextScan::bytes);
    int leastLow = interval.lowInclusive() ? 0 : 1;
    int greatestHigh = interval.highInclusive() ? 0 : -1;
    return Scan.rows(
        column,
        candidates,
        row ->
            (low.isEmpty() || order(column, row, low.get()) >= leastLow)
                && (high.isEmpty() || order(column, row, high.get()) <= greatestHigh));
  }

  static Ternary terms(Column.Variable column, Terms.Texts terms, @Nullable Bits candidates) {
    TextSet set = TextSet.of(terms);
    return Scan.rows(
        column,
        candidates,
        row -> set.contains(column.data(), column.start(row), column.length(row)));
  }

  static Ternary like(Column.Variable column, String pattern, @Nullable Bits candidates) {
    LikePattern like = LikePattern.of(pattern);
    if (like.exact().isPresent()) {
      byte[] wanted = Utf8.bytes(like.exact().get());
      return Scan.rows(column, candidates, row -> equal(column, row, wanted));
    }
    byte[] prefix = Utf8.bytes(like.prefix());
    boolean onlyPrefix = like.isPrefix();
    return Scan.rows(
        column,
        candidates,
        row -> startsWith(column, row, prefix) && (onlyPrefix || like.matches(column.text(row))));
  }

  static Ternary regex(Column.Variable column, String pattern, @Nullable Bits candidates) {
    Pattern compiled = Patterns.compile(pattern);
    return Scan.rows(column, candidates, row -> compiled.matcher(column.text(row)).find());
  }

  static boolean equal(Column.Variable column, int row, byte[] wanted) {
    return column.length(row) == wanted.length && startsWith(column, row, wanted);
  }

  static boolean startsWith(Column.Variable column, int row, byte[] prefix) {
    if (column.length(row) < prefix.length) {
      return false;
    }
    MemorySegment data = column.data();
    long start = column.start(row);
    for (int i = 0; i < prefix.length; i++) {
      if (data.get(ValueLayout.JAVA_BYTE, start + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** Byte order of a row's text and {@code wanted}: negative, zero or positive. */
  static int order(Column.Variable column, int row, byte[] wanted) {
    MemorySegment data = column.data();
    long start = column.start(row);
    int length = column.length(row);
    int common = Math.min(length, wanted.length);
    for (int i = 0; i < common; i++) {
      int order = Byte.compareUnsigned(data.get(ValueLayout.JAVA_BYTE, start + i), wanted[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(length, wanted.length);
  }

  private static byte[] bytes(Value value) {
    return Utf8.bytes(((Value.Text) value).value());
  }
}
