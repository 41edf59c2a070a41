package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.rows.Space;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Makes every slot reachable from the entries: one that is not gets a link from the nearest slot
 * that is.
 */
final class GraphRepair {
  private static final int PASSES = 3;
  private static final int EFFORT = 64;

  /** Slots followed between two looks at whether to stop. */
  private static final int FOLLOWED_PER_LOOK = 4096;

  private final GraphLayers<PackedLinks> graph;
  private final Space candidates;
  private final Space exact;
  private final PackedLinks base;
  private final GraphWalk walk = new GraphWalk();
  private final int[] neighbours;
  private final BuildContext context;

  GraphRepair(GraphLayers<PackedLinks> graph, Space candidates, Space exact, BuildContext context) {
    this.graph = graph;
    this.context = context;
    this.candidates = candidates;
    this.exact = exact;
    this.base = graph.base();
    this.neighbours = new int[PackedLinks.stride(base.degree())];
    walk.resize(base.slots(), base.degree());
  }

  /** Repairs until nothing is out of reach; a link given up for another may need a further pass. */
  void run() {
    for (int pass = 0; pass < PASSES; pass++) {
      BitSet reached = new BitSet(base.slots());
      for (int entry : graph.entries()) {
        reach(entry, reached);
      }
      if (reached.cardinality() == base.slots()) {
        return;
      }
      for (int slot = reached.nextClearBit(0);
          slot < base.slots();
          slot = reached.nextClearBit(slot + 1)) {
        connect(slot, reached);
      }
    }
  }

  private void connect(int slot, BitSet reached) {
    MemorySegment query = walk.prepare(candidates, exact.row(slot));
    int[] entries = graph.entries();
    walk.descend(candidates, query, entries, entries.length, graph.upper(), EFFORT);
    walk.explore(candidates, query, base, base.slots());
    int host = host(reached);
    int count = base.neighbours(host, neighbours);
    int at = Math.min(count, base.degree() - 1);
    neighbours[at] = slot;
    base.set(host, neighbours, at + 1);
    reach(slot, reached);
  }

  /** The nearest that is reached and has room for a link, or of those without room the nearest. */
  private int host(BitSet reached) {
    int nearest = graph.entries()[0];
    boolean any = false;
    for (int i = 0; i < walk.pool.size(); i++) {
      int slot = walk.pool.slot(i);
      if (reached.get(slot)) {
        if (base.neighbours(slot, neighbours) < base.degree()) {
          return slot;
        }
        nearest = any ? nearest : slot;
        any = true;
      }
    }
    return nearest;
  }

  /** Adds a slot and all it leads to. */
  private void reach(int start, BitSet reached) {
    if (reached.get(start)) {
      return;
    }
    int[] stack = new int[64];
    int size = 0;
    stack[size++] = start;
    reached.set(start);
    for (int followed = 1; size > 0; followed++) {
      if (followed % FOLLOWED_PER_LOOK == 0 && context.cancelled()) {
        throw new ElanusException(ErrorCode.CANCELLED, "index build was cancelled");
      }
      int count = base.neighbours(stack[--size], neighbours);
      for (int i = 0; i < count; i++) {
        if (!reached.get(neighbours[i])) {
          reached.set(neighbours[i]);
          if (size == stack.length) {
            stack = Arrays.copyOf(stack, 2 * size);
          }
          stack[size++] = neighbours[i];
        }
      }
    }
  }
}
