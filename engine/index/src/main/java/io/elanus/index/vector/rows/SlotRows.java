package io.elanus.index.vector.rows;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which row of the column each slot of an index holds, and the other way round. */
public final class SlotRows {
  private static final int NONE = -1;

  private final int count;
  private final int columnRows;
  private final int @Nullable [] rows;
  private final int @Nullable [] slots;

  private SlotRows(int count, int columnRows, int @Nullable [] rows, int @Nullable [] slots) {
    this.count = count;
    this.columnRows = columnRows;
    this.rows = rows;
    this.slots = slots;
  }

  /** Each slot holds the row of its number. */
  public static SlotRows same(int count) {
    return new SlotRows(count, count, null, null);
  }

  /** Reads and verifies the ROWS section: rows of the column, each once. */
  public static SlotRows of(IndexFile file) {
    MemorySegment section = file.section(IndexFileFormat.Section.ROWS);
    int[] rows = new int[(int) (section.byteSize() / 4)];
    MemorySegment.copy(section, IndexFileFormat.INT, 0, rows, 0, rows.length);
    int[] slots = new int[file.count()];
    Arrays.fill(slots, NONE);
    for (int slot = 0; slot < rows.length; slot++) {
      int row = rows[slot];
      file.check(row >= 0 && row < slots.length && slots[row] == NONE, "row ordinals");
      slots[row] = slot;
    }
    return new SlotRows(rows.length, slots.length, rows, slots);
  }

  /** Slots in use. */
  public int count() {
    return count;
  }

  /** Rows of the column. */
  public int columnRows() {
    return columnRows;
  }

  public int row(int slot) {
    return rows == null ? slot : rows[slot];
  }

  /** The slot of a row, or -1 for a row without a vector. */
  public int slot(int row) {
    return slots == null ? row : slots[row];
  }

  /** Rows of the column, at least one, that the filter keeps; those without a vector among them. */
  public int eligible(Bits eligible) {
    int kept = 0;
    long[] words = eligible.words();
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
   * @param bits [count / 64] written here
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

  /** Takes slots from a block. */
  public interface Block {
    /**
     * Takes one block.
     *
     * @param count how many of the scratch's ordinals are slots
     */
    void take(int count);
  }

  /** Gives all slots whose rows the filter keeps, in blocks of ascending rows. */
  public void gather(Bits eligible, Scratch scratch, Block block) {
    int count = 0;
    long[] words = eligible.words();
    for (int first = 0; first < columnRows; first += 64) {
      for (long bits = words[first >>> 6]; bits != 0; bits &= bits - 1) {
        int row = first + Long.numberOfTrailingZeros(bits);
        int slot = row < columnRows ? slot(row) : NONE;
        if (slot != NONE) {
          scratch.ordinals[count++] = slot;
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
