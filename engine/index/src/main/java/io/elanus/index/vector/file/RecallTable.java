package io.elanus.index.vector.file;

import io.elanus.index.MeasuredRecall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The section RECALL: for each effort, ascending, its int32, the recall of the ten nearest and that
 * of the hundred nearest, float32.
 */
public final class RecallTable {
  private static final long ENTRY_BYTES = 12;

  private RecallTable() {}

  /** The bytes of the section. */
  public static MemorySegment write(MeasuredRecall measured, Arena arena) {
    int[] efforts = measured.efforts();
    MemorySegment bytes = arena.allocate(ENTRY_BYTES * efforts.length, 64);
    for (int i = 0; i < efforts.length; i++) {
      bytes.set(IndexFileFormat.INT, ENTRY_BYTES * i, efforts[i]);
      bytes.set(IndexFileFormat.FLOAT, ENTRY_BYTES * i + 4, measured.tens()[i]);
      bytes.set(IndexFileFormat.FLOAT, ENTRY_BYTES * i + 8, measured.hundreds()[i]);
    }
    return bytes;
  }

  /** Reads the section; what is no table of recall is refused. */
  public static MeasuredRecall read(MemorySegment bytes) {
    int count = (int) (bytes.byteSize() / ENTRY_BYTES);
    int[] efforts = new int[count];
    float[] tens = new float[count];
    float[] hundreds = new float[count];
    for (int i = 0; i < count; i++) {
      efforts[i] = bytes.get(IndexFileFormat.INT, ENTRY_BYTES * i);
      tens[i] = bytes.get(IndexFileFormat.FLOAT, ENTRY_BYTES * i + 4);
      hundreds[i] = bytes.get(IndexFileFormat.FLOAT, ENTRY_BYTES * i + 8);
    }
    return new MeasuredRecall(efforts, tens, hundreds);
  }

  /** What a build measured; nothing if the file does not tell. */
  public static MeasuredRecall of(IndexFile file) {
    return file.has(IndexFileFormat.Section.RECALL)
        ? read(file.section(IndexFileFormat.Section.RECALL))
        : MeasuredRecall.NONE;
  }
}
