package io.elanus.expression;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads columns of numbers. A loop over a whole column writes 64 answers at a time and has no
 * branch in it; only when few rows are asked about are they read one by one.
 */
@SuppressWarnings("ShortCircuitBoolean") // a branch in the loops would cost more than both sides
final class NumberScan {
  /** Fewer candidates than one in so many are read one by one. */
  private static final int SPARSE = 16;

  private NumberScan() {}

  static Ternary range(Column.Fixed column, Interval interval, @Nullable Bits candidates) {
    if (column.type().isFloating()) {
      double low = interval.doubleLow();
      double high = interval.doubleHigh();
      if (isSparse(candidates)) {
        return Scan.rows(
            column,
            candidates,
            row -> {
              double value = column.asDouble(row);
              return value >= low && value <= high;
            });
      }
      return Scan.settle(floats(column, low, high), column, candidates);
    }
    if (interval.excludesAllLongs()) {
      return Scan.settle(Bits.none(column.rows()), column, candidates);
    }
    long low = interval.longLow();
    long high = interval.longHigh();
    if (isSparse(candidates)) {
      return Scan.rows(
          column,
          candidates,
          row -> {
            long value = column.asLong(row);
            return value >= low && value <= high;
          });
    }
    return Scan.settle(integers(column, low, high), column, candidates);
  }

  static Ternary terms(Column.Fixed column, Terms terms, @Nullable Bits candidates) {
    if (column.type().isFloating()) {
      LongSet bits = LongSet.ofDoubles((Terms.Doubles) terms, column.type() == DataType.FLOAT);
      return Scan.rows(
          column,
          candidates,
          row -> bits.contains(Double.doubleToLongBits(column.asDouble(row) + 0.0)));
    }
    LongSet set = LongSet.of((Terms.Longs) terms);
    return column.type() == DataType.INT64
        ? Scan.rows(
            column, candidates, row -> set.contains(column.data().get(Column.LONG, 8L * row)))
        : Scan.rows(column, candidates, row -> set.contains(column.asLong(row)));
  }

  private static boolean isSparse(@Nullable Bits candidates) {
    return candidates != null && candidates.cardinality() < candidates.size() / SPARSE;
  }

  private static Bits integers(Column.Fixed column, long low, long high) {
    Bits bits = Bits.none(column.rows());
    if (low > high) {
      return bits;
    }
    switch (column.type()) {
      case INT8 -> bytes(column.data(), column.rows(), low, high, bits.words());
      case INT16 -> shorts(column.data(), column.rows(), low, high, bits.words());
      case INT32 -> ints(column.data(), column.rows(), low, high, bits.words());
      default -> longs(column.data(), column.rows(), low, high, bits.words());
    }
    return bits;
  }

  private static Bits floats(Column.Fixed column, double low, double high) {
    Bits bits = Bits.none(column.rows());
    if (column.type() == DataType.FLOAT) {
      floats(column.data(), column.rows(), low, high, bits.words());
    } else {
      doubles(column.data(), column.rows(), low, high, bits.words());
    }
    return bits;
  }

  private static void longs(MemorySegment data, int rows, long low, long high, long[] words) {
    for (int word = 0; word < words.length; word++) {
      int start = word << 6;
      int count = Math.min(64, rows - start);
      long bits = 0;
      for (int i = 0; i < count; i++) {
        long value = data.get(Column.LONG, 8L * (start + i));
        bits |= (value >= low & value <= high ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
  }

  private static void ints(MemorySegment data, int rows, long low, long high, long[] words) {
    for (int word = 0; word < words.length; word++) {
      int start = word << 6;
      int count = Math.min(64, rows - start);
      long bits = 0;
      for (int i = 0; i < count; i++) {
        long value = data.get(Column.INT, 4L * (start + i));
        bits |= (value >= low & value <= high ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
  }

  private static void shorts(MemorySegment data, int rows, long low, long high, long[] words) {
    for (int word = 0; word < words.length; word++) {
      int start = word << 6;
      int count = Math.min(64, rows - start);
      long bits = 0;
      for (int i = 0; i < count; i++) {
        long value = data.get(Column.SHORT, 2L * (start + i));
        bits |= (value >= low & value <= high ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
  }

  private static void bytes(MemorySegment data, int rows, long low, long high, long[] words) {
    for (int word = 0; word < words.length; word++) {
      int start = word << 6;
      int count = Math.min(64, rows - start);
      long bits = 0;
      for (int i = 0; i < count; i++) {
        long value = data.get(ValueLayout.JAVA_BYTE, start + i);
        bits |= (value >= low & value <= high ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
  }

  private static void floats(MemorySegment data, int rows, double low, double high, long[] words) {
    for (int word = 0; word < words.length; word++) {
      int start = word << 6;
      int count = Math.min(64, rows - start);
      long bits = 0;
      for (int i = 0; i < count; i++) {
        double value = data.get(Column.FLOAT, 4L * (start + i));
        bits |= (value >= low & value <= high ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
  }

  private static void doubles(MemorySegment data, int rows, double low, double high, long[] words) {
    for (int word = 0; word < words.length; word++) {
      int start = word << 6;
      int count = Math.min(64, rows - start);
      long bits = 0;
      for (int i = 0; i < count; i++) {
        double value = data.get(Column.DOUBLE, 8L * (start + i));
        bits |= (value >= low & value <= high ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
  }
}
