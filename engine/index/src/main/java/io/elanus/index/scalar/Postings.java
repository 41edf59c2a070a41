package io.elanus.index.scalar;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** The rows of each value, read in place. */
sealed interface Postings {
  /** Adds the rows of the values [from, to). */
  void addTo(Bits bits, int from, int to);

  /** At most so many rows have one of the values [from, to), if that is known without reading. */
  int atMost(int from, int to);

  /**
   * Lists of rows, one after the other, so that neighbouring values are one run.
   *
   * @param starts [values + 1] int32, in rows
   * @param rows int32
   */
  record Lists(MemorySegment starts, MemorySegment rows) implements Postings {
    /**
     * Looks at all lists once.
     *
     * @throws IndexOutOfBoundsException where one ends before it starts, or has a row that is none
     *     of {@code count}
     */
    static Lists checked(MemorySegment starts, MemorySegment rows, int values, int count) {
      Lists lists = new Lists(starts, rows);
      int end = 0;
      for (int value = 0; value <= values; value++) {
        if (lists.start(value) < end) {
          throw new IndexOutOfBoundsException("list " + value + " starts in another");
        }
        end = lists.start(value);
      }
      for (int i = 0; i < end; i++) {
        Objects.checkIndex(rows.get(Column.INT, 4L * i), count);
      }
      return lists;
    }

    @Override
    public void addTo(Bits bits, int from, int to) {
      int end = start(to);
      for (int i = start(from); i < end; i++) {
        bits.set(rows.get(Column.INT, 4L * i));
      }
    }

    @Override
    public int atMost(int from, int to) {
      return start(to) - start(from);
    }

    private int start(int value) {
      return starts.get(Column.INT, 4L * value);
    }
  }

  /**
   * Roaring sets.
   *
   * @param starts [values + 1] int32, in bytes
   */
  record Sets(MemorySegment starts, MemorySegment sets) implements Postings {
    @Override
    public void addTo(Bits bits, int from, int to) {
      IntConsumer add = bits::set;
      for (int value = from; value < to; value++) {
        read(
            value,
            set -> {
              set.forEach(add);
              return 0;
            });
      }
    }

    @Override
    public int atMost(int from, int to) {
      int sum = 0;
      for (int value = from; value < to; value++) {
        sum += read(value, ImmutableRoaringBitmap::getCardinality);
      }
      return sum;
    }

    /** Whatever Roaring throws at bytes that were overwritten is one kind of failure. */
    private int read(int value, ToIntFunction<ImmutableRoaringBitmap> read) {
      int start = starts.get(Column.INT, 4L * value);
      int end = starts.get(Column.INT, 4L * (value + 1));
      try {
        return read.applyAsInt(
            new ImmutableRoaringBitmap(sets.asSlice(start, end - start).asByteBuffer()));
      } catch (RuntimeException damaged) {
        IndexOutOfBoundsException failed =
            new IndexOutOfBoundsException("a set of rows cannot be read");
        failed.initCause(damaged);
        throw failed;
      }
    }
  }
}
