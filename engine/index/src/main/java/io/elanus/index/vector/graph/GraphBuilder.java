package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.rows.PiecewiseSort;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a layered graph in batches (ParlayANN, arXiv 2305.04359): all slots of a batch search the
 * graph as it was before the batch and choose their links, then the reverse links are grouped by
 * target and each target is pruned alone. The result does not depend on the number of threads.
 * Batches grow with the graph up to 2 % of the rows. When the graph reaches the size of an upper
 * layer, its links are kept as that layer.
 */
final class GraphBuilder {
  /**
   * How a graph is built.
   *
   * @param degree links of a slot, every layer
   * @param effort candidates a new slot chooses its links from
   * @param ratio a layer has this many times the slots of the one above
   */
  record Settings(int degree, int effort, int ratio, float alpha, float offset) {}

  private static final double BATCH = 0.02;
  private static final double SLACK = 1.5;

  /**
   * Slots that the search for candidates looks at, at most. Slots that are few and far from all
   * others find no links to their like from 256 of them.
   */
  private static final int MOST_ENTRIES = 1024;

  private static final int SLOTS_PER_ENTRY = 64;

  private final Space exact;
  private final Space candidates;
  private final int count;
  private final int slots;
  private final Settings settings;
  private final BuildContext context;
  private final Workers workers;
  private final Arena layers;
  private final BuildLinks links;
  private final int[] entries;
  private final List<Worker> states = new ArrayList<>();
  private final List<PackedLinks> upper = new ArrayList<>();

  /** Upper layers that hold all the entries. */
  private final List<PackedLinks> descended = new ArrayList<>();

  /** What one thread needs. */
  private final class Worker {
    final GraphWalk walk = new GraphWalk();
    final NeighbourSelection selection =
        new NeighbourSelection(exact, settings.alpha(), settings.offset());
    long[] pairs = new long[2 * Math.max(settings.effort(), links.degree()) + 64];
    int[] slots = new int[pairs.length];
    float[] distances = new float[pairs.length];

    Worker() {
      walk.resize(count, links.degree());
    }

    void reserve(int pairCount) {
      if (pairs.length < pairCount) {
        pairs = Arrays.copyOf(pairs, 2 * pairCount);
        slots = new int[pairs.length];
        distances = new float[pairs.length];
      }
    }
  }

  /**
   * Prepares a build.
   *
   * @param exact full rows; each serves as a prepared query
   * @param candidates the rows on which the graph is walked while it grows; its queries are
   *     prepared from rows of {@code exact}
   * @param count slots that are linked, the first
   * @param slots all of them
   * @param layers shared memory of the graph
   * @param scratch shared memory for the time of the build
   */
  GraphBuilder(
      Space exact,
      Space candidates,
      int count,
      int slots,
      Settings settings,
      BuildContext context,
      Workers workers,
      Arena layers,
      Arena scratch) {
    this.exact = exact;
    this.candidates = candidates;
    this.count = count;
    this.slots = slots;
    this.settings = settings;
    this.context = context;
    this.workers = workers;
    this.layers = layers;
    this.links = new BuildLinks(count, (int) (settings.degree() * SLACK), context, scratch);
    int most = Math.clamp(count / SLOTS_PER_ENTRY, GraphLayers.ENTRIES, MOST_ENTRIES);
    this.entries = GraphLayers.first(count, most);
    for (int i = 0; i < workers.count(); i++) {
      states.add(new Worker());
    }
  }

  GraphLayers<PackedLinks> build() {
    List<Integer> sizes = layerSizes();
    int done = Math.min(1, count);
    while (done < count) {
      int batch = Math.min(done, Math.max(16, (int) (count * BATCH)));
      int end = Math.min(count, done + batch);
      if (!sizes.isEmpty() && sizes.getFirst() <= end) {
        end = sizes.removeFirst();
        insert(done, end);
        addLayer(pack(end, end));
      } else {
        insert(done, end);
      }
      done = end;
      context.progress((double) done / count);
    }
    PackedLinks base = pack(count, slots);
    int[] entered = GraphLayers.first(count);
    PackedLinks linked = new PackedLinks(base.memory(), count, base.degree());
    new GraphRepair(new GraphLayers<>(entered, upper, linked), candidates, exact, context).run();
    return new GraphLayers<>(entered, upper, base);
  }

  private void addLayer(PackedLinks layer) {
    upper.add(layer);
    if (layer.slots() >= entries.length) {
      descended.add(layer);
    }
  }

  /** Sizes of the upper layers, ascending. */
  private List<Integer> layerSizes() {
    List<Integer> sizes = new ArrayList<>();
    for (int size = count / settings.ratio();
        size > 2 * GraphLayers.ENTRIES;
        size /= settings.ratio()) {
      sizes.addFirst(size);
    }
    return sizes;
  }

  private void insert(int from, int to) {
    long[][] chosen = new long[to - from][];
    workers.each(to - from, (worker, i) -> chosen[i] = choose(states.get(worker), from + i, from));
    for (int i = 0; i < chosen.length; i++) {
      links.set(from + i, chosen[i], chosen[i].length);
    }
    linkBack(chosen, from);
  }

  /** The links of a new slot into the graph of the slots before {@code known}. */
  private long[] choose(Worker state, int slot, int known) {
    GraphWalk walk = state.walk;
    MemorySegment row = exact.row(slot);
    MemorySegment query = walk.prepare(candidates, row);
    int entered = Math.min(known, entries.length);
    walk.descend(candidates, query, entries, entered, descended, settings.effort());
    walk.explore(candidates, query, links, known);
    int found = walk.pool.size();
    for (int i = 0; i < found; i++) {
      state.slots[i] = walk.pool.slot(i);
    }
    exact.distances(row, state.slots, found, state.distances);
    for (int i = 0; i < found; i++) {
      state.pairs[i] = Ranked.of(state.distances[i], state.slots[i]);
    }
    Arrays.sort(state.pairs, 0, found);
    if (found == settings.effort() && equal(state.pairs[0], state.pairs[found - 1])) {
      found = others(state, row, entered, found);
    }
    int kept = state.selection.select(state.pairs, found, settings.degree());
    return Arrays.copyOf(state.pairs, kept);
  }

  private static boolean equal(long pair, long other) {
    return Ranked.distance(pair) == Ranked.distance(other);
  }

  /**
   * Adds the entries that are farther than all candidates. Where more rows are equal than a walk
   * finds, they would have links to each other only, and no walk would leave them.
   */
  private int others(Worker state, MemorySegment row, int entered, int found) {
    float[] away = new float[entered];
    exact.distances(row, entries, entered, away);
    state.reserve(found + entered);
    int count = found;
    for (int i = 0; i < entered; i++) {
      if (away[i] > Ranked.distance(state.pairs[0])) {
        state.pairs[count++] = Ranked.of(away[i], entries[i]);
      }
    }
    Arrays.sort(state.pairs, 0, count);
    return count;
  }

  /** Adds to every target of a new link the link back. */
  private void linkBack(long[][] chosen, int from) {
    Math.multiplyExact(chosen.length, settings.degree()); // a position is an int
    long[] edges = new long[Arrays.stream(chosen).mapToInt(pairs -> pairs.length).sum()];
    int edge = 0;
    for (int i = 0; i < chosen.length; i++) {
      for (int j = 0; j < chosen[i].length; j++) {
        int position = i * settings.degree() + j;
        edges[edge++] = (long) Ranked.row(chosen[i][j]) << 32 | position;
      }
    }
    PiecewiseSort.sort(edges, context);
    int[] starts = new int[edges.length + 1];
    int targets = 0;
    for (int i = 0; i < edges.length; i++) {
      if (i == 0 || edges[i] >>> 32 != edges[i - 1] >>> 32) {
        starts[targets++] = i;
      }
    }
    starts[targets] = edges.length;
    workers.run(
        targets,
        (worker, t) -> merge(states.get(worker), edges, starts[t], starts[t + 1], chosen, from));
  }

  private void merge(Worker state, long[] edges, int start, int end, long[][] chosen, int from) {
    int target = (int) (edges[start] >>> 32);
    state.reserve(links.count(target) + end - start);
    int count = links.ranked(target, state.pairs);
    for (int i = start; i < end; i++) {
      int position = (int) edges[i];
      int source = position / settings.degree();
      long pair = chosen[source][position % settings.degree()];
      state.pairs[count++] = Ranked.of(Ranked.distance(pair), from + source);
    }
    if (count > links.degree()) {
      Arrays.sort(state.pairs, 0, count);
      count = state.selection.select(state.pairs, count, settings.degree());
    }
    links.set(target, state.pairs, count);
  }

  /** A layer of {@code size} slots with the links of the first, pruned to the degree. */
  private PackedLinks pack(int linked, int size) {
    MemorySegment memory = context.allocate(layers, PackedLinks.bytes(size, settings.degree()));
    PackedLinks packed = new PackedLinks(memory, size, settings.degree());
    workers.run(linked, (worker, slot) -> pack(states.get(worker), slot, packed));
    for (int slot = linked; slot < size; slot++) {
      packed.set(slot, new int[0], 0);
    }
    return packed;
  }

  private void pack(Worker state, int slot, PackedLinks packed) {
    int count = links.ranked(slot, state.pairs);
    Arrays.sort(state.pairs, 0, count);
    if (count > settings.degree()) {
      count = state.selection.select(state.pairs, count, settings.degree());
    }
    for (int i = 0; i < count; i++) {
      state.slots[i] = Ranked.row(state.pairs[i]);
    }
    packed.set(slot, state.slots, count);
  }
}
