package io.elanus.index.vector.scan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One thread's memory for a prepared query, aligned for kernels, as large as the largest was. */
public final class QueryMemory {
  private MemorySegment memory = MemorySegment.NULL;

  /** The memory; what was in it is lost where it has to be larger. */
  public MemorySegment atLeast(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, 64);
    }
    return memory;
  }
}
