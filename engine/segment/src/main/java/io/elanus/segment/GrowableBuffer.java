package io.elanus.segment;

import io.elanus.files.MappedFiles;
import java.lang.foreign.MemorySegment;

/**
 * Off-heap memory that grows by doubling. One writer; readers may hold older buffers, whose bytes
 * stay as they are until the segment's memory is let go.
 */
final class GrowableBuffer {
  private static final int ALIGNMENT_BYTES = 64;
  private static final int SMALLEST_BYTES = 64;

  private final MappedFiles memory;
  private volatile MemorySegment bytes = MemorySegment.NULL;

  GrowableBuffer(MappedFiles memory) {
    this.memory = memory;
  }

  MemorySegment bytes() {
    return bytes;
  }

  /** The buffer with room for at least {@code neededBytes}; new bytes are zero. */
  MemorySegment reserve(long neededBytes) {
    MemorySegment old = bytes;
    if (old.byteSize() >= neededBytes) {
      return old;
    }
    long size = Math.max(Math.max(neededBytes, 2 * old.byteSize()), SMALLEST_BYTES);
    MemorySegment larger = memory.allocate(size, ALIGNMENT_BYTES);
    MemorySegment.copy(old, 0, larger, 0, old.byteSize());
    bytes = larger;
    return larger;
  }
}
