package io.elanus.index.vector.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a {@link GraphDraft}: what stays until its file is written, and that of each growth of
 * its graph, which is let go once another is better. Used by the thread that builds; closed when no
 * worker runs any more.
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
    growths.remove(growth);
    growth.close();
  }

  /** What was opened and not let go. */
  int growths() {
    return growths.size();
  }

  /** Bytes that were in use at the same time, at most: what a forecast of the build is about. */
  public synchronized long mostBytes() {
    return mostBytes;
  }

  @Override
  public void close() {
    growths.forEach(Arena::close);
    arena.close();
  }
}
