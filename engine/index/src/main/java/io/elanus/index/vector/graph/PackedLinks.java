package io.elanus.index.vector.graph;

import io.elanus.index.vector.file.IndexFileFormat;
import java.lang.foreign.MemorySegment;

/**
 * Links as they lie in a file: for each slot {@code stride} int32, ended by -1 unless all are used.
 *
 * @param degree links of a slot at most; stride is the next multiple of 16
 */
public record PackedLinks(MemorySegment memory, int slots, int degree) implements Links {
  public static final int END = -1;

  /** int32 numbers a slot takes. */
  public static int stride(int degree) {
    return (degree + 15) & -16;
  }

  public static long bytes(int slots, int degree) {
    return 4L * slots * stride(degree);
  }

  @Override
  public int neighbours(int slot, int[] neighbours) {
    MemorySegment.copy(
        memory, IndexFileFormat.INT, 4L * slot * stride(degree), neighbours, 0, degree);
    int count = degree;
    while (count > 0 && neighbours[count - 1] == END) {
      count--;
    }
    return count;
  }

  /** Writes the links of a slot into memory that is writable. */
  void set(int slot, int[] neighbours, int count) {
    long at = 4L * slot * stride(degree);
    MemorySegment.copy(neighbours, 0, memory, IndexFileFormat.INT, at, count);
    for (int i = count; i < stride(degree); i++) {
      memory.set(IndexFileFormat.INT, at + 4L * i, END);
    }
  }

  /** Whether every link leads to a slot of this layer. */
  boolean isValid() {
    for (int slot = 0; slot < slots; slot++) {
      boolean ended = false;
      for (int i = 0; i < stride(degree); i++) {
        int link = memory.get(IndexFileFormat.INT, 4L * slot * stride(degree) + 4L * i);
        ended |= link == END;
        if (ended ? link != END : i >= degree || link < 0 || link >= slots) {
          return false;
        }
      }
    }
    return true;
  }
}
