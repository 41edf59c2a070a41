package io.elanus.expression;

import io.elanus.schema.Value;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;

/** Writes what {@link FilterCodec} describes. */
@SuppressWarnings("EnumOrdinal") // the enums say that their order is part of the form
final class FilterWriter {
  static final int EVERYTHING = 0;
  static final int NOTHING = 1;
  static final int COMPARE = 2;
  static final int RANGE = 3;
  static final int ANY_OF = 4;
  static final int COMPARE_FIELDS = 5;
  static final int ARITHMETIC = 6;
  static final int LIKE = 7;
  static final int REGEX = 8;
  static final int STARTS_WITH = 9;
  static final int IS_NULL = 10;
  static final int EXISTS = 11;
  static final int CONTAINS = 12;
  static final int ARRAY_LENGTH = 13;
  static final int NOT = 14;
  static final int ALL = 15;
  static final int ANY = 16;
  static final int SAMPLE = 17;
  static final int DEFINITE = 18;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void header() {
    out.writeBytes(FilterCodec.MAGIC);
    out.write(FilterCodec.VERSION);
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  void filter(Filter filter) {
    switch (filter) {
      case Filter.Everything everything -> out.write(EVERYTHING);
      case Filter.Nothing nothing -> out.write(NOTHING);
      case Filter.Compare compare -> {
        out.write(COMPARE);
        operand(compare.operand());
        out.write(compare.comparison().ordinal());
        value(compare.value());
      }
      case Filter.Range range -> {
        out.write(RANGE);
        operand(range.operand());
        value(range.low());
        bool(range.lowInclusive());
        value(range.high());
        bool(range.highInclusive());
      }
      case Filter.AnyOf anyOf -> {
        out.write(ANY_OF);
        operand(anyOf.operand());
        terms(anyOf.terms());
      }
      case Filter.CompareFields fields -> {
        out.write(COMPARE_FIELDS);
        operand(fields.left());
        out.write(fields.comparison().ordinal());
        operand(fields.right());
      }
      case Filter.Arithmetic arithmetic -> {
        out.write(ARITHMETIC);
        operand(arithmetic.operand());
        out.write(arithmetic.operator().ordinal());
        value(arithmetic.right());
        out.write(arithmetic.comparison().ordinal());
        value(arithmetic.value());
      }
      case Filter.Like like -> pattern(LIKE, like.operand(), like.pattern());
      case Filter.Regex regex -> pattern(REGEX, regex.operand(), regex.pattern());
      case Filter.StartsWith startsWith -> {
        out.write(STARTS_WITH);
        operand(startsWith.text());
        operand(startsWith.prefix());
      }
      case Filter.IsNull isNull -> {
        out.write(IS_NULL);
        int64(isNull.fieldId());
      }
      case Filter.Exists exists -> {
        out.write(EXISTS);
        operand(exists.path());
      }
      case Filter.Contains contains -> {
        out.write(CONTAINS);
        operand(contains.operand());
        out.write(contains.quantifier().ordinal());
        list(contains.values(), this::value);
      }
      case Filter.ArrayLength length -> {
        out.write(ARRAY_LENGTH);
        operand(length.operand());
        out.write(length.comparison().ordinal());
        int64(length.length());
      }
      case Filter.Not not -> {
        out.write(NOT);
        filter(not.operand());
      }
      case Filter.Definite definite -> {
        out.write(DEFINITE);
        filter(definite.operand());
        int64(definite.fieldId());
      }
      case Filter.All all -> {
        out.write(ALL);
        list(all.operands(), this::filter);
      }
      case Filter.Any any -> {
        out.write(ANY);
        list(any.operands(), this::filter);
      }
      case Filter.Sample sample -> {
        out.write(SAMPLE);
        filter(sample.filter());
        int64(Double.doubleToLongBits(sample.fraction()));
      }
    }
  }

  private void pattern(int kind, Operand operand, String pattern) {
    out.write(kind);
    operand(operand);
    text(pattern);
  }

  private void operand(Operand operand) {
    switch (operand) {
      case Operand.Field field -> {
        out.write(0);
        int64(field.fieldId());
        out.write(field.type().wireNumber());
      }
      case Operand.Element element -> {
        out.write(1);
        int64(element.fieldId());
        out.write(element.type().wireNumber());
        int32(element.index());
      }
      case Operand.JsonPath path -> {
        out.write(2);
        int64(path.fieldId());
        list(path.keys(), this::text);
      }
    }
  }

  private void value(Value value) {
    switch (value) {
      case Value.Bool bool -> {
        out.write(0);
        bool(bool.value());
      }
      case Value.Int integer -> {
        out.write(1);
        int64(integer.value());
      }
      case Value.Real real -> {
        out.write(2);
        int64(Double.doubleToRawLongBits(real.value()));
      }
      case Value.Text text -> {
        out.write(3);
        text(text.value());
      }
      case Value.Many many -> {
        out.write(4);
        list(many.values(), this::value);
      }
    }
  }

  private void terms(Terms terms) {
    switch (terms) {
      case Terms.Longs longs -> {
        out.write(0);
        int32(longs.size());
        for (long value : longs.sorted()) {
          int64(value);
        }
      }
      case Terms.Doubles doubles -> {
        out.write(1);
        int32(doubles.size());
        for (double value : doubles.sorted()) {
          int64(Double.doubleToRawLongBits(value));
        }
      }
      case Terms.Texts texts -> {
        out.write(2);
        list(texts.sorted(), this::text);
      }
      case Terms.Booleans booleans -> {
        out.write(3);
        out.write((booleans.containsFalse() ? 1 : 0) | (booleans.containsTrue() ? 2 : 0));
      }
    }
  }

  private <T> void list(List<T> items, Consumer<T> item) {
    int32(items.size());
    items.forEach(item);
  }

  private void text(String text) {
    byte[] bytes = Utf8.bytes(text);
    int32(bytes.length);
    out.writeBytes(bytes);
  }

  private void bool(boolean value) {
    out.write(value ? 1 : 0);
  }

  private void int32(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
  }

  private void int64(long value) {
    for (int shift = 0; shift < 64; shift += 8) {
      out.write((int) (value >>> shift));
    }
  }
}
