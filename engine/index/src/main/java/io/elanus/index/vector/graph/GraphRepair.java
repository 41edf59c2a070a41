package io.elanus.index.vector.graph;

import static io.elanus.index.vector.graph.GraphWalk.NONE;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.rows.Space;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Makes every slot reachable from the entries: one that is not gets a link from the nearest slot
 * that is and that has room for it, or a link to spare. Of the links that slots were first reached
 * by none is given up; they are a forest, whose leaves can spare all of theirs, so that there is
 * always a slot that can take one more. Of many equal rows only some are looked for by a walk, as
 * {@link EqualHosts} says.
 */
final class GraphRepair {
  private static final System.Logger LOG = System.getLogger(GraphRepair.class.getName());

  /** Slots looked at for one that can take a link; after that, any that can. */
  private static final int[] EFFORTS = {64, 512};

  /** Slots followed between two looks at whether to stop. */
  private static final int FOLLOWED_PER_LOOK = 4096;

  private final GraphLayers<PackedLinks> graph;
  private final Space candidates;
  private final Space exact;
  private final PackedLinks base;
  private final GraphWalk walk = new GraphWalk();
  private final int[] neighbours;
  private final BuildContext context;
  private final BitSet reached;
  private final EqualHosts equalHosts;

  /** The slot that a reached one was first reached from, or NONE for an entry. */
  private final int[] reachedFrom;

  /** Slots before this one can take no link, but for those reached since it passed them. */
  private int anyHost;

  GraphRepair(GraphLayers<PackedLinks> graph, Space candidates, Space exact, BuildContext context) {
    this.graph = graph;
    this.context = context;
    this.candidates = candidates;
    this.exact = exact;
    this.base = graph.base();
    this.neighbours = new int[PackedLinks.stride(base.degree())];
    this.reached = new BitSet(base.slots());
    this.equalHosts = new EqualHosts(exact);
    this.reachedFrom = new int[base.slots()];
    walk.resize(base.slots(), base.degree());
  }

  /** Repairs until nothing is out of reach. */
  void run() {
    for (int entry : graph.entries()) {
      reach(entry, NONE);
    }
    int linked = 0;
    for (int slot = reached.nextClearBit(0);
        slot < base.slots();
        slot = reached.nextClearBit(slot + 1)) {
      context.stopIfCancelled();
      connect(slot);
      linked++;
    }
    if (linked > 0) {
      LOG.log(Level.DEBUG, "linked {0} of {1} slots out of reach", linked, base.slots());
    }
  }

  private void connect(int slot) {
    EqualHosts.Kind kind = equalHosts.kind(slot);
    int equal = kind.host(this::hasRoom, candidate -> placeOf(candidate) != NONE);
    int host = equal == NONE ? host(slot) : equal;
    int at = placeOf(host);
    int count = base.neighbours(host, neighbours);
    neighbours[at] = slot;
    base.set(host, neighbours, Math.max(count, at + 1));
    reach(slot, host);
    kind.add(slot);
  }

  private boolean hasRoom(int slot) {
    return base.neighbours(slot, neighbours) < base.degree();
  }

  /** The nearest that can take a link, of those with room or, if there are none, of the others. */
  private int host(int slot) {
    MemorySegment query = walk.prepare(candidates, exact.row(slot));
    int[] entries = graph.entries();
    for (int effort : EFFORTS) {
      walk.descend(candidates, query, entries, entries.length, graph.upper(), effort);
      walk.explore(candidates, query, base, base.slots());
      int nearest = NONE;
      for (int i = 0; i < walk.pool.size(); i++) {
        int candidate = walk.pool.slot(i);
        if (reached.get(candidate)) {
          if (hasRoom(candidate)) {
            return candidate;
          }
          nearest = nearest == NONE && placeOf(candidate) != NONE ? candidate : nearest;
        }
      }
      if (nearest != NONE) {
        return nearest;
      }
    }
    return anyHost();
  }

  /** The first that can take a link. */
  private int anyHost() {
    for (int looked = 0; looked <= base.slots(); looked++) {
      context.look(looked, FOLLOWED_PER_LOOK);
      if (reached.get(anyHost) && placeOf(anyHost) != NONE) {
        return anyHost;
      }
      anyHost = (anyHost + 1) % base.slots();
    }
    throw new IllegalStateException("a forest without leaves");
  }

  /** Where a slot takes a link: behind its last, or else its last that nothing is reached by. */
  private int placeOf(int host) {
    int count = base.neighbours(host, neighbours);
    if (count < base.degree()) {
      return count;
    }
    int place = count - 1;
    while (place >= 0 && reachedFrom[neighbours[place]] == host) {
      place--;
    }
    return place;
  }

  /** Adds a slot and all it leads to. */
  private void reach(int start, int from) {
    if (reached.get(start)) {
      return;
    }
    int[] stack = new int[64];
    int size = 0;
    stack[size++] = start;
    reached.set(start);
    reachedFrom[start] = from;
    for (int followed = 1; size > 0; followed++) {
      context.look(followed, FOLLOWED_PER_LOOK);
      int slot = stack[--size];
      int count = base.neighbours(slot, neighbours);
      for (int i = 0; i < count; i++) {
        int next = neighbours[i];
        if (!reached.get(next)) {
          reached.set(next);
          reachedFrom[next] = slot;
          if (size == stack.length) {
            stack = Arrays.copyOf(stack, 2 * size);
          }
          stack[size++] = next;
        }
      }
    }
  }
}
