package io.elanus.index.vector.graph;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a {@link GraphDraft}: what stays until its file is written, and that of each growth of
 * its graph, which is let go once another is better. Used by the thread that builds; closed when no
 * worker runs any more.
 */
public final class DraftMemory implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final List<Arena> growths = new ArrayList<>();

  /** Memory that stays until the draft is closed. */
  public Arena arena() {
    return arena;
  }

  Arena open() {
    Arena growth = Arena.ofShared();
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

  @Override
  public void close() {
    growths.forEach(Arena::close);
    arena.close();
  }
}
