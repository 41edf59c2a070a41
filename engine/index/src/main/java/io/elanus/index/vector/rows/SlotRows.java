package io.elanus.index.vector.rows;

import io.elanus.index.ScoreRange;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import io.elanus.schema.Bits;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which row of the column each slot of an index holds, and the other way round. */
public final class SlotRows {
  private static final int NONE = -1;

  /** A column of more rows a slot than this, and of more than so many, has no table of slots. */
  private static final int MOST_ROWS_PER_SLOT = 64;

  private static final int FEW_ROWS = 1 << 20;

  private final int count;
  private final int columnRows;
  private final int @Nullable [] rows;
  private final int @Nullable [] slots;

  /** Beside a table of slots that has gaps, rows with a slot. */
  private final @Nullable Bits present;

  /** Where there is no table of slots: rows in the upper half, ascending, slots in the lower. */
  private final long @Nullable [] sorted;

  private SlotRows(
      int count,
      int columnRows,
      int @Nullable [] rows,
      int @Nullable [] slots,
      @Nullable Bits present,
      long @Nullable [] sorted) {
    this.count = count;
    this.columnRows = columnRows;
    this.rows = rows;
    this.slots = slots;
    this.present = present;
    this.sorted = sorted;
  }

  /** Each slot holds the row of its number. */
  public static SlotRows same(int count) {
    return new SlotRows(count, count, null, null, null, null);
  }

  /**
   * Reads and verifies the ROWS section: rows of the column, each once. Memory is asked for by the
   * size of the section: nothing in a file bounds how many rows of a column are without a vector.
   */
  public static SlotRows of(IndexFile file) {
    MemorySegment section = file.section(IndexFileFormat.Section.ROWS);
    int[] rows = new int[Math.toIntExact(section.byteSize() / 4)];
    MemorySegment.copy(section, IndexFileFormat.INT, 0, rows, 0, rows.length);
    file.check(rows.length <= file.count(), "row ordinals");
    return file.count() <= Math.max(FEW_ROWS, (long) MOST_ROWS_PER_SLOT * rows.length)
        ? byTable(file, rows)
        : bySearch(file, rows);
  }

  private static SlotRows byTable(IndexFile file, int[] rows) {
    int[] slots = new int[file.count()];
    Arrays.fill(slots, NONE);
    Bits present = Bits.none(slots.length);
    for (int slot = 0; slot < rows.length; slot++) {
      int row = rows[slot];
      file.check(row >= 0 && row < slots.length && slots[row] == NONE, "row ordinals");
      slots[row] = slot;
      present.set(row);
    }
    boolean gaps = rows.length < slots.length;
    return new SlotRows(rows.length, slots.length, rows, slots, gaps ? present : null, null);
  }

  private static SlotRows bySearch(IndexFile file, int[] rows) {
    long[] sorted = new long[rows.length];
    for (int slot = 0; slot < rows.length; slot++) {
      file.check(rows[slot] >= 0 && rows[slot] < file.count(), "row ordinals");
      sorted[slot] = (long) rows[slot] << 32 | slot;
    }
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      file.check(sorted[i - 1] >>> 32 < sorted[i] >>> 32, "row ordinals");
    }
    return new SlotRows(rows.length, file.count(), rows, null, null, sorted);
  }

  /** Slots in use. */
  public int count() {
    return count;
  }

  public int row(int slot) {
    return rows == null ? slot : rows[slot];
  }

  /** The slot of a row, or -1 for a row without a vector. */
  public int slot(int row) {
    if (slots != null) {
      return slots[row];
    }
    return sorted == null ? row : find(sorted, row);
  }

  private static int find(long[] sorted, int row) {
    int at = Arrays.binarySearch(sorted, (long) row << 32);
    int next = at < 0 ? -at - 1 : at;
    return next < sorted.length && (int) (sorted[next] >>> 32) == row ? (int) sorted[next] : NONE;
  }

  /** Slots, of which there is at least one, whose rows the filter keeps. */
  public int eligible(Bits eligible) {
    if (sorted != null) {
      return eligible(eligible, sorted);
    }
    long[] words = eligible.words();
    return present == null ? eligible(words) : eligible(words, present.words());
  }

  private static int eligible(Bits eligible, long[] sorted) {
    int kept = 0;
    for (long entry : sorted) {
      kept += eligible.get((int) (entry >>> 32)) ? 1 : 0;
    }
    return kept;
  }

  private static int eligible(long[] words, long[] present) {
    int kept = 0;
    for (int i = 0; i < present.length; i++) {
      kept += Long.bitCount(words[i] & present[i]);
    }
    return kept;
  }

  private int eligible(long[] words) {
    int kept = 0;
    int last = (columnRows - 1) >>> 6;
    for (int i = 0; i < last; i++) {
      kept += Long.bitCount(words[i]);
    }
    return kept + Long.bitCount(words[last] & (-1L >>> (63 - ((columnRows - 1) & 63))));
  }

  /**
   * Tells which slots of a block the filter keeps.
   *
   * @param from the first slot
   * @param count consecutive slots
   * @param bits [(count + 63) / 64] or longer, written here
   * @return how many are kept
   */
  public int eligible(Bits eligible, int from, int count, long[] bits) {
    long[] words = eligible.words();
    int kept = 0;
    for (int first = 0; first < count; first += Long.SIZE) {
      long some = 0;
      for (int i = Math.min(count, first + Long.SIZE) - 1; i >= first; i--) {
        int row = row(from + i);
        some = some << 1 | words[row >>> 6] >>> row & 1;
      }
      bits[first / Long.SIZE] = some;
      kept += Long.bitCount(some);
    }
    return kept;
  }

  /**
   * Tells which slots the filter keeps, in time that grows with what it keeps.
   *
   * @param slots [(count + 63) / 64] or longer, zero; written here, a bit for each slot
   */
  public void spread(Bits eligible, long[] slots) {
    long[] words = eligible.words();
    for (int first = 0; first < columnRows; first += Long.SIZE) {
      for (long bits = words[first >>> 6]; bits != 0; bits &= bits - 1) {
        int row = first + Long.numberOfTrailingZeros(bits);
        int slot = row < columnRows ? slot(row) : NONE;
        if (slot != NONE) {
          slots[slot >>> 6] |= 1L << slot;
        }
      }
    }
  }

  /**
   * Offers the rows of slots by their distances, but for those that are not in a range.
   *
   * @param distance what the distances are
   * @return how many of them are too near for the range
   */
  public int offer(
      int[] slots,
      float[] distances,
      int count,
      Distance distance,
      ScoreRange range,
      Metric metric,
      TopK nearest) {
    boolean ranged = range != ScoreRange.NONE;
    int tooNear = 0;
    float far = Ranked.distance(nearest.bound()); // NaN while there is room
    for (int i = 0; i < count; i++) {
      float found = distances[i];
      if (found > far) {
        continue;
      }
      float score = ranged ? distance.score(found) : 0;
      if (ranged && !range.accepts(score)) {
        tooNear += range.isTooNear(metric, score) ? 1 : 0;
        continue;
      }
      nearest.offer(Ranked.of(found, row(slots[i])));
      far = Ranked.distance(nearest.bound());
    }
    return tooNear;
  }

  /** Takes slots from a block. */
  public interface Block {
    /**
     * Takes one block.
     *
     * @param count how many of the ordinals are slots
     */
    void take(int count);
  }

  /**
   * Gives all slots whose rows the filter keeps, in blocks of ascending rows.
   *
   * @param ordinals [{@link Scratch#BLOCK}] written here, block by block
   */
  public void gather(Bits eligible, int[] ordinals, Block block) {
    int count = 0;
    long[] words = eligible.words();
    for (int first = 0; first < columnRows; first += 64) {
      for (long bits = words[first >>> 6]; bits != 0; bits &= bits - 1) {
        int row = first + Long.numberOfTrailingZeros(bits);
        int slot = row < columnRows ? slot(row) : NONE;
        if (slot != NONE) {
          ordinals[count++] = slot;
        }
        if (count == Scratch.BLOCK) {
          block.take(count);
          count = 0;
        }
      }
    }
    block.take(count);
  }
}
