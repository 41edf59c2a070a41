package io.elanus.index.vector.growing;

import io.elanus.index.DenseRows;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.graph.GraphLayers;
import io.elanus.index.vector.graph.GraphScratch;
import io.elanus.index.vector.graph.GraphWalk;
import io.elanus.index.vector.graph.LongRows;
import io.elanus.index.vector.graph.NeighbourSelection;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Puts rows into a growing graph one by one (HNSW, arXiv 1603.09320, algorithm 1, on one layer): a
 * walk on codes finds candidates, links are chosen among them by the distances of full vectors, and
 * each chosen slot gets the link back. Lists are pruned only when they are full, which is half
 * above the degree, so that most new links cost no pruning.
 *
 * <p>It departs from the paper in having no upper layers: a walk starts from the best of {@link
 * GraphLayers#ENTRIES} slots spread over all the rows, in the order in which they came, so that a
 * subject that came late is entered as well as one that came first.
 */
final class GraphInsertion {
  /** How often, in rows, the entries are chosen anew. */
  private static final int ENTRIES_AGE = 64;

  private final GrowingSettings settings;
  private final DenseRows rows;
  private final ElementType type;
  private final GrowingStage stage;
  private final GraphWalk walk = GraphScratch.local().walk;
  private final Space gathered;
  private final NeighbourSelection selection;
  private final float[] values;
  private final int[] slots;
  private final int[] links;
  private final float[] distances;
  private final long[] pairs;
  private int[] entries = {};

  /**
   * Prepares insertions of rows into a stage.
   *
   * @param scratch memory for the time of the insertions
   */
  GraphInsertion(GrowingSettings settings, DenseRows rows, GrowingStage stage, Arena scratch) {
    this.settings = settings;
    this.rows = rows;
    this.type = Shapes.elements(rows.type());
    this.stage = stage;
    Distance distance = Shapes.walkedDistance(settings.metric());
    Kernel kernel = Kernels.of(ElementType.FLOAT32, distance, rows.dimension());
    int most = Math.max(settings.effort(), stage.links().degree() + 1);
    int stride = ElementType.FLOAT32.paddedBytes(rows.dimension());
    // One row more, the last: the one whose links are chosen.
    this.gathered = new Space(kernel, scratch.allocate((most + 1L) * stride, 64), stride);
    this.selection = new NeighbourSelection(gathered, settings.alpha(), settings.offset());
    this.values = new float[rows.dimension()];
    this.slots = new int[most];
    this.links = new int[most];
    this.distances = new float[most];
    this.pairs = new long[most];
  }

  /**
   * Writes the code of a row; its links stay as they are.
   *
   * @return the row that is to be linked now, this one or one that it took the place of; NONE where
   *     there is none
   */
  int encode(int row) {
    decode(row);
    if (settings.metric() == Metric.COSINE) {
      stage.scale(row, normalise(values));
    }
    stage.trained().encode(values, stage.codes().rows(), row * stage.codes().stride());
    return settings.metric() == Metric.IP
        ? stage.longest().offer(row, LongRows.length(values))
        : row;
  }

  /** Encodes a row and links it with the rows before it, unless it is one of the longest. */
  void insert(int row) {
    int now = encode(row);
    if (now == row) {
      link(row, row);
      return;
    }
    stage.links().set(row, slots, 0);
    linkLate(now, row);
  }

  /**
   * Links a row that is not one of the longest any more, unless it was never left out.
   *
   * @param row or NONE
   * @param known rows that are in the graph, those before this one
   */
  private void linkLate(int row, int known) {
    if (row != LongestRows.NONE && !stage.links().has(row)) {
      decode(row);
      link(row, known);
    }
  }

  /** Links those that were left out of a smaller stage and are not the longest in this one. */
  void linkForgotten(LongestRows before, int known) {
    for (int row : before.known().slots()) {
      if (!stage.longest().contains(row)) {
        linkLate(row, known);
      }
    }
  }

  /** Links a row, whose values were decoded, with those before a known one. */
  private void link(int row, int known) {
    if (known < GraphLayers.ENTRIES || known % ENTRIES_AGE == 0 || entries.length == 0) {
      entries = entries(rows, known, stage.longest());
    }
    int found = candidates(row, known);
    MemorySegment own = gathered.row(slots.length);
    MemorySegment.copy(values, 0, own, IndexFileFormat.FLOAT, 0, values.length);
    gather(found);
    int chosen = choose(own, found);
    int[] linked = Arrays.copyOf(links, chosen);
    stage.links().set(row, linked, chosen);
    boolean reachable = false;
    for (int slot : linked) {
      reachable |= linkBack(slot, row, known);
    }
    if (!reachable && chosen > 0) {
      stage.links().add(linked[0], row);
    }
  }

  /** Fills the slots with the nearest rows before the known one that a walk finds. */
  private int candidates(int row, int known) {
    GrowingLinks graph = stage.links().upTo(known);
    walk.resize(stage.capacity(), graph.degree());
    MemorySegment query = walk.prepare(stage.codes(), MemorySegment.ofArray(values));
    walk.descend(stage.codes(), query, entries, entries.length, List.of(), settings.effort());
    walk.explore(stage.codes(), query, graph, known);
    int found = 0;
    for (int i = 0; i < walk.pool.size(); i++) {
      int slot = walk.pool.slot(i);
      slots[found] = slot;
      found += slot == row ? 0 : 1;
    }
    return found;
  }

  /** Adds a link to a row, and prunes if there are too many; returns whether it was kept. */
  private boolean linkBack(int target, int row, int known) {
    if (stage.links().add(target, row)) {
      return true;
    }
    int count = stage.links().upTo(known).neighbours(target, slots);
    slots[count++] = row;
    copy(target, slots.length);
    gather(count);
    int chosen = choose(gathered.row(slots.length), count);
    stage.links().set(target, links, chosen);
    for (int i = 0; i < chosen; i++) {
      if (links[i] == row) {
        return true;
      }
    }
    return false;
  }

  /** Copies the full rows of the first slots, of length 1 under COSINE. */
  private void gather(int count) {
    for (int i = 0; i < count; i++) {
      copy(slots[i], i);
    }
  }

  private void copy(int row, int at) {
    MemorySegment target = gathered.rows();
    long to = at * gathered.stride();
    float scale = settings.metric() == Metric.COSINE ? stage.scale(row) : 1;
    if (type == ElementType.FLOAT32 && Math.abs(scale - 1) < 1e-6f) {
      MemorySegment.copy(rows.row(row), 0, target, to, rows.rowBytes());
      return;
    }
    decode(row);
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    MemorySegment.copy(values, 0, target, IndexFileFormat.FLOAT, to, values.length);
  }

  private void decode(int row) {
    Elements.decode(type, rows.row(row), 0, values);
  }

  /** The links of {@code own} among the gathered rows; returns how many there are. */
  private int choose(MemorySegment own, int count) {
    gathered.distances(own, Scratch.ASCENDING, count, distances);
    for (int i = 0; i < count; i++) {
      pairs[i] = Ranked.of(distances[i], i);
    }
    Arrays.sort(pairs, 0, count);
    int chosen = selection.select(pairs, count, settings.degree());
    for (int i = 0; i < chosen; i++) {
      links[i] = slots[Ranked.row(pairs[i])];
    }
    return chosen;
  }

  /** Scales to length 1 and returns by what. */
  private static float normalise(float[] values) {
    double squared = 0;
    for (float value : values) {
      squared += (double) value * value;
    }
    if (squared == 0) {
      return 1;
    }
    double scale = 1 / Math.sqrt(squared);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * scale);
    }
    return (float) Math.min(scale, Float.MAX_VALUE);
  }

  /** Slots spread evenly over the rows below {@code count} that hold a vector and are linked. */
  static int[] entries(DenseRows rows, int count, LongestRows longest) {
    int wanted = Math.min(count, GraphLayers.ENTRIES);
    int[] entries = new int[wanted];
    int found = 0;
    int last = -1;
    for (int i = 0; i < wanted; i++) {
      int from = Math.max(last + 1, (int) ((long) i * count / wanted));
      int row = rows.present().next(from);
      while (row >= 0 && longest.contains(row)) {
        row = rows.present().next(row + 1);
      }
      if (row < 0 || row >= count) {
        break;
      }
      entries[found++] = row;
      last = row;
    }
    return Arrays.copyOf(entries, found);
  }
}
