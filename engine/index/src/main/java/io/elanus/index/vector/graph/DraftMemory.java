package io.elanus.index.vector.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a {@link GraphDraft}: what stays until its file is written, and that of each growth of
 * its graph, which is let go once another is better. The thread that builds opens and frees; memory
 * may be asked for on another, which a watched call runs on. Closed when no worker runs any more.
 */
public final class DraftMemory implements AutoCloseable {
  private final List<Arena> growths = new ArrayList<>();
  private final Arena arena = new Counted();
  private long bytes;
  private long mostBytes;

  /** Memory whose bytes count as long as it is open. */
  private final class Counted implements Arena {
    private final Arena memory = Arena.ofShared();
    private long taken;

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      MemorySegment segment = memory.allocate(byteSize, byteAlignment);
      synchronized (DraftMemory.this) {
        taken += byteSize;
        bytes += byteSize;
        mostBytes = Math.max(mostBytes, bytes);
      }
      return segment;
    }

    @Override
    public MemorySegment.Scope scope() {
      return memory.scope();
    }

    @Override
    public void close() {
      memory.close();
      synchronized (DraftMemory.this) {
        bytes -= taken;
      }
    }
  }

  /** Memory that stays until the draft is closed. */
  public Arena arena() {
    return arena;
  }

  Arena open() {
    Arena growth = new Counted();
    growths.add(growth);
    return growth;
  }

  /** Lets go what was opened, while no worker runs. */
  void free(Arena growth) {
    growth.close();
    growths.remove(growth);
  }

  /** What was opened and not let go. */
  int growths() {
    return growths.size();
  }

  /** Bytes that were in use at the same time, at most; tests hold forecasts against them. */
  public synchronized long mostBytes() {
    return mostBytes;
  }

  /** Closes all, the last first; also where one of them cannot be closed. */
  @Override
  public void close() {
    try (arena) {
      closeGrowths();
    }
  }

  private void closeGrowths() {
    if (!growths.isEmpty()) {
      try (Arena _ = growths.removeFirst()) {
        closeGrowths();
      }
    }
  }
}
