package io.elanus.index.scalar;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import java.lang.foreign.MemorySegment;
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
