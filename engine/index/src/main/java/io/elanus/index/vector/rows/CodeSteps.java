package io.elanus.index.vector.rows;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the codes of each dimension stand for, as a section has it: [dimension] low, then
 * [dimension] step, float32.
 *
 * @param low [dimension] the number of code 0
 * @param step [dimension] from one code to the next
 */
public record CodeSteps(float[] low, float[] step) {
  /** Reads a section. */
  public static CodeSteps of(IndexFile file, IndexFileFormat.Section tag) {
    int dimension = file.dimension();
    MemorySegment section = file.section(tag, 8L * dimension);
    float[] low = new float[dimension];
    float[] step = new float[dimension];
    MemorySegment.copy(section, IndexFileFormat.FLOAT, 0, low, 0, dimension);
    MemorySegment.copy(section, IndexFileFormat.FLOAT, 4L * dimension, step, 0, dimension);
    return new CodeSteps(low, step);
  }

  /** Whether all of them are numbers. */
  public boolean finite() {
    boolean finite = true;
    for (int i = 0; i < low.length; i++) {
      finite &= Float.isFinite(low[i]) && Float.isFinite(step[i]);
    }
    return finite;
  }

  /** The section. */
  public MemorySegment section(Arena arena) {
    int dimension = low.length;
    MemorySegment section = arena.allocate(8L * dimension, 64);
    MemorySegment.copy(low, 0, section, IndexFileFormat.FLOAT, 0, dimension);
    MemorySegment.copy(step, 0, section, IndexFileFormat.FLOAT, 4L * dimension, dimension);
    return section;
  }
}
