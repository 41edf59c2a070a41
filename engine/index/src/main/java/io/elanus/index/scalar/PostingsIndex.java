package io.elanus.index.scalar;

import io.elanus.expression.ColumnIndex;
import io.elanus.expression.Terms;
import io.elanus.index.scalar.ScalarIndexFormat.Section;
import io.elanus.index.scalar.ScalarIndexFormat.ValueClass;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.Value;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers from a mapped file of {@link ScalarIndexFormat}. Safe for concurrent use. */
final class PostingsIndex implements ColumnIndex {
  /** Integers up to here, and no further, are themselves as doubles. */
  private static final long EXACT_DOUBLES = 1L << 53;

  /** A column of plain numbers is scanned when more than one row in so many would be read here. */
  private static final int WORTHWHILE = 3;

  private final int rows;
  private final ValueClass values;
  private final int flags;
  private final MemorySegment known;
  private final Dictionary dictionary;
  private final Postings postings;

  PostingsIndex(MemorySegment file) {
    ScalarIndexFormat.verify(file);
    rows = ScalarIndexFormat.rows(file);
    values = ScalarIndexFormat.valueClass(file);
    flags = ScalarIndexFormat.flags(file);
    known = ScalarIndexFormat.section(file, Section.KNOWN);
    int distinct = ScalarIndexFormat.distinct(file);
    MemorySegment sorted = ScalarIndexFormat.section(file, Section.VALUES);
    dictionary =
        values == ValueClass.TEXT
            ? new Dictionary.Texts(distinct, sorted, ScalarIndexFormat.section(file, Section.TEXTS))
            : new Dictionary.Longs(distinct, sorted);
    MemorySegment starts = ScalarIndexFormat.section(file, Section.STARTS);
    MemorySegment lists = ScalarIndexFormat.section(file, Section.POSTINGS);
    postings =
        has(ScalarIndexFormat.ROARING)
            ? new Postings.Sets(starts, lists)
            : Postings.Lists.checked(starts, lists, distinct, rows);
  }

  @Override
  public int count() {
    return rows;
  }

  @Override
  public Optional<Bits> anyOf(Terms terms) {
    Bits bits = Bits.none(rows);
    for (Value term : terms.values()) {
      if (!canCompare(term)) {
        return Optional.empty();
      }
      postings.addTo(bits, atLeast(term), above(term));
    }
    return Optional.of(bits);
  }

  @Override
  public Optional<Bits> range(
      Optional<Value> low, boolean lowInclusive, Optional<Value> high, boolean highInclusive) {
    boolean comparable =
        low.map(this::canCompare).orElse(true) && high.map(this::canCompare).orElse(true);
    if (!comparable) {
      return Optional.empty();
    }
    int from = low.map(value -> lowInclusive ? atLeast(value) : above(value)).orElse(0);
    int to =
        high.map(value -> highInclusive ? above(value) : atLeast(value)).orElse(dictionary.size());
    if (from >= to) {
      return Optional.of(Bits.none(rows));
    }
    if (has(ScalarIndexFormat.CHEAP_SCAN) && postings.atMost(from, to) > rows / WORTHWHILE) {
      return Optional.empty();
    }
    Bits bits = Bits.none(rows);
    postings.addTo(bits, from, to);
    return Optional.of(bits);
  }

  @Override
  public Optional<Bits> texts(String prefix, Predicate<String> test) {
    if (!(dictionary instanceof Dictionary.Texts texts)) {
      return Optional.empty();
    }
    byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
    Bits bits = Bits.none(rows);
    int from = texts.atLeast(start);
    int to = texts.afterPrefix(from, start);
    for (int at = from; at < to; at++) {
      if (test.test(texts.text(at))) {
        postings.addTo(bits, at, at + 1);
      }
    }
    return Optional.of(bits);
  }

  @Override
  public Optional<Bits> known(Value example) {
    if (!canCompare(example)) {
      return Optional.empty();
    }
    Bits bits = Bits.none(rows);
    for (int word = 0; word < bits.words().length; word++) {
      bits.words()[word] = known.get(Column.LONG, 8L * word);
    }
    return Optional.of(bits);
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether the order of the dictionary is the order in which this constant compares. */
  private boolean canCompare(Value value) {
    return switch (value) {
      case Value.Bool bool -> values == ValueClass.BOOLEAN;
      case Value.Text text -> values == ValueClass.TEXT;
      case Value.Int integer ->
          values == ValueClass.INTEGER
              || (values == ValueClass.FLOATING
                  && !has(ScalarIndexFormat.INEXACT)
                  && Math.abs(integer.value()) <= EXACT_DOUBLES);
      case Value.Real real -> values == ValueClass.FLOATING && !Double.isNaN(real.value());
      case Value.Many many -> false;
    };
  }

  private int atLeast(Value value) {
    return switch (dictionary) {
      case Dictionary.Longs longs -> longs.atLeast(key(value));
      case Dictionary.Texts texts -> texts.atLeast(bytes(value));
    };
  }

  private int above(Value value) {
    return switch (dictionary) {
      case Dictionary.Longs longs -> longs.above(key(value));
      case Dictionary.Texts texts -> texts.above(bytes(value));
    };
  }

  private long key(Value value) {
    return switch (value) {
      case Value.Bool bool -> bool.value() ? 1 : 0;
      case Value.Int integer ->
          values == ValueClass.FLOATING
              ? SortableDoubles.encode((double) integer.value())
              : integer.value();
      case Value.Real real -> SortableDoubles.encode(real.value());
      default -> throw new IllegalStateException("not a number: " + value);
    };
  }

  private static byte[] bytes(Value value) {
    return ((Value.Text) value).value().getBytes(StandardCharsets.UTF_8);
  }
}
