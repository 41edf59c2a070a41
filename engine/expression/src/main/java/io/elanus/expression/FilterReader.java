package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads what {@link FilterCodec} describes. A count is checked against the bytes that are left
 * before anything is allocated for it, and nesting is bounded.
 */
final class FilterReader {
  private static final int MAX_DEPTH = 1000;

  private final ByteBuffer in;
  private int depth;

  FilterReader(ByteBuffer bytes) {
    in = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  Filter whole() {
    for (byte magic : FilterCodec.MAGIC) {
      if (in.get() != magic) {
        throw new FilterError("not a filter");
      }
    }
    int version = in.get();
    if (version != FilterCodec.VERSION) {
      throw new FilterError("version " + version + " of the filter form is not known");
    }
    Filter filter = filter();
    if (in.hasRemaining()) {
      throw new FilterError(in.remaining() + " bytes after the filter");
    }
    return filter;
  }

  private Filter filter() {
    deeper();
    int kind = in.get();
    Filter filter =
        switch (kind) {
          case FilterWriter.EVERYTHING -> new Filter.Everything();
          case FilterWriter.NOTHING -> new Filter.Nothing();
          case FilterWriter.COMPARE -> new Filter.Compare(operand(), comparison(), value());
          case FilterWriter.RANGE -> new Filter.Range(operand(), value(), bool(), value(), bool());
          case FilterWriter.ANY_OF -> new Filter.AnyOf(operand(), terms());
          case FilterWriter.COMPARE_FIELDS ->
              new Filter.CompareFields(operand(), comparison(), operand());
          case FilterWriter.ARITHMETIC ->
              new Filter.Arithmetic(
                  operand(), constant(ArithmeticOperator.values()), value(), comparison(), value());
          case FilterWriter.LIKE -> new Filter.Like(operand(), likePattern());
          case FilterWriter.REGEX -> new Filter.Regex(operand(), regexPattern());
          case FilterWriter.STARTS_WITH -> new Filter.StartsWith(operand(), operand());
          case FilterWriter.IS_NULL -> new Filter.IsNull(in.getLong());
          case FilterWriter.EXISTS -> new Filter.Exists(path());
          case FilterWriter.CONTAINS ->
              new Filter.Contains(
                  operand(), constant(Filter.Quantifier.values()), list(this::value));
          case FilterWriter.ARRAY_LENGTH ->
              new Filter.ArrayLength(operand(), comparison(), in.getLong());
          case FilterWriter.NOT -> new Filter.Not(filter());
          case FilterWriter.DEFINITE -> new Filter.Definite(filter(), in.getLong());
          case FilterWriter.ALL -> new Filter.All(list(this::filter));
          case FilterWriter.ANY -> new Filter.Any(list(this::filter));
          case FilterWriter.SAMPLE ->
              new Filter.Sample(filter(), Double.longBitsToDouble(in.getLong()));
          default -> throw new FilterError("filter node of kind " + kind + " is not known");
        };
    depth--;
    return filter;
  }

  private Operand operand() {
    int kind = in.get();
    return switch (kind) {
      case 0 -> new Operand.Field(in.getLong(), type());
      case 1 -> new Operand.Element(in.getLong(), type(), index());
      case 2 -> new Operand.JsonPath(in.getLong(), list(this::text));
      default -> throw new FilterError("operand of kind " + kind + " is not known");
    };
  }

  private String likePattern() {
    String pattern = text();
    LikePattern.of(pattern);
    return pattern;
  }

  private String regexPattern() {
    String pattern = text();
    Patterns.compile(pattern);
    return pattern;
  }

  private Operand.JsonPath path() {
    if (operand() instanceof Operand.JsonPath path) {
      return path;
    }
    throw new FilterError("exists needs a JSON path");
  }

  private Value value() {
    deeper();
    int kind = in.get();
    Value value =
        switch (kind) {
          case 0 -> new Value.Bool(bool());
          case 1 -> new Value.Int(in.getLong());
          case 2 -> new Value.Real(Double.longBitsToDouble(in.getLong()));
          case 3 -> new Value.Text(text());
          case 4 -> new Value.Many(list(this::value));
          default -> throw new FilterError("value of kind " + kind + " is not known");
        };
    depth--;
    return value;
  }

  private Terms terms() {
    int kind = in.get();
    return switch (kind) {
      case 0 -> Terms.ofLongs(longs());
      case 1 -> {
        long[] bits = longs();
        double[] values = new double[bits.length];
        for (int i = 0; i < bits.length; i++) {
          values[i] = Double.longBitsToDouble(bits[i]);
        }
        yield Terms.ofDoubles(values);
      }
      case 2 -> Terms.ofTexts(list(this::text));
      case 3 -> {
        int bits = in.get();
        yield Terms.ofBooleans((bits & 1) != 0, (bits & 2) != 0);
      }
      default -> throw new FilterError("terms of kind " + kind + " are not known");
    };
  }

  private long[] longs() {
    long[] values = new long[count(8)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.getLong();
    }
    return values;
  }

  private <T> List<T> list(Supplier<T> item) {
    int count = count(1);
    List<T> items = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      items.add(item.get());
    }
    return items;
  }

  /** A count of items of at least {@code bytes} bytes each. */
  private int count(int bytes) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / bytes) {
      throw new FilterError("a list is longer than the bytes that are left");
    }
    return count;
  }

  private String text() {
    byte[] bytes = new byte[count(1)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int index() {
    int index = in.getInt();
    if (index < 0) {
      throw new FilterError("an array index is negative");
    }
    return index;
  }

  private DataType type() {
    return DataType.ofWireNumber(in.get());
  }

  private Comparison comparison() {
    return constant(Comparison.values());
  }

  private boolean bool() {
    return in.get() != 0;
  }

  private <E extends Enum<E>> E constant(E[] constants) {
    int ordinal = in.get();
    if (ordinal < 0 || ordinal >= constants.length) {
      throw new FilterError("constant " + ordinal + " is not known");
    }
    return constants[ordinal];
  }

  private void deeper() {
    if (++depth > MAX_DEPTH) {
      throw new FilterError("filter is nested more than " + MAX_DEPTH + " levels deep");
    }
  }
}
