package io.elanus.index.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Which row of the column each slot of an index holds, and the other way round. */
final class SlotRows {
  private static final int NONE = -1;

  private final int[] rows;
  private final int[] slots;

  private SlotRows(int[] rows, int[] slots) {
    this.rows = rows;
    this.slots = slots;
  }

  /** Reads and verifies the ROWS section: rows of the column, each once. */
  static SlotRows of(IndexFile file) {
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
    return new SlotRows(rows, slots);
  }

  /** Slots in use. */
  int count() {
    return rows.length;
  }

  /** Rows of the column. */
  int columnRows() {
    return slots.length;
  }

  int row(int slot) {
    return rows[slot];
  }

  /** The slot of a row, or -1 for a row without a vector. */
  int slot(int row) {
    return slots[row];
  }
}
