package io.elanus.segment;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.growing.GraphRoom;
import io.elanus.index.vector.growing.GrowingGraph;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Metric;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of a growing segment's vector fields, from a number of rows on and while its rows are
 * served. Which fields have one follows from their indexes, which are asked for once: they do not
 * change while a collection is loaded.
 */
final class GrowingGraphs {
  /** Rows that may wait for the graph before it is worth extending. */
  private static final int STEP = 128;

  private final int threshold;
  private final boolean possible;
  private final GraphRoom room;
  private volatile @Nullable Map<Long, GrowingGraph> graphs;
  private volatile boolean served;

  /** Rows that the graphs were offered. */
  private volatile int covered;

  private int epoch;

  /**
   * @param threshold rows up to which searches only scan
   * @param room for the memory of graphs
   */
  GrowingGraphs(CollectionSchema schema, int threshold, GraphRoom room) {
    this.threshold = threshold;
    this.room = room;
    this.possible = schema.fields().stream().anyMatch(GrowingGraphs::hasNumbers);
  }

  private static boolean hasNumbers(FieldSchema field) {
    return switch (field.type()) {
      case FLOAT_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR -> true;
      default -> false;
    };
  }

  /** Whether there is something to do for {@link #extend}. */
  boolean due(int rows) {
    Map<Long, GrowingGraph> present = graphs;
    return possible
        && served
        && rows > threshold
        && (present == null || (!present.isEmpty() && rows - covered >= STEP));
  }

  /** Graphs may be made from now on. */
  void serve() {
    served = true;
  }

  /** There are no graphs from now on; indexes may change. */
  synchronized void drop() {
    served = false;
    epoch++;
    Map<Long, GrowingGraph> present = graphs;
    graphs = null;
    covered = 0;
    if (present != null) {
      present.values().forEach(GrowingGraph::close);
    }
  }

  /** Rows of so many that a search of the field scans. */
  int scanned(long fieldId, int rows) {
    Map<Long, GrowingGraph> present = graphs;
    GrowingGraph graph = present == null ? null : present.get(fieldId);
    return graph == null || graph.count() <= threshold ? rows : Math.max(0, rows - graph.count());
  }

  /** Whether there are graphs, and each holds most of so many rows. */
  boolean cover(int rows) {
    Map<Long, GrowingGraph> present = graphs;
    return present != null
        && !present.isEmpty()
        && present.keySet().stream().allMatch(field -> scanned(field, rows) <= rows / 2);
  }

  /** The index of a field under a metric: the graph over its first rows and a scan of the rest. */
  VectorIndex over(long fieldId, Metric metric, DenseRows rows, VectorIndex exact) {
    Map<Long, GrowingGraph> present = graphs;
    GrowingGraph graph = present == null ? null : present.get(fieldId);
    return graph == null || graph.metric() != metric || graph.count() <= threshold
        ? exact
        : graph.over(rows.present(), exact);
  }

  /**
   * Takes the rows of a view into the graphs; by one thread at a time. Where there is no room for
   * them they stay scanned, and it is tried again when more have come.
   *
   * @param indexes of the vector fields; asked for when they are not known
   */
  void extend(GrowingView view, Supplier<Map<Long, IndexSpec>> indexes, BooleanSupplier stopped) {
    Map<Long, GrowingGraph> chosen = graphs;
    if (chosen == null) {
      chosen = choose(view.written(), indexes).orElse(Map.of());
    }
    BooleanSupplier ended = () -> !served || stopped.getAsBoolean();
    chosen.forEach((fieldId, graph) -> graph.extend(view.dense(fieldId), ended));
    covered = ended.getAsBoolean() ? least(chosen, view.rows()) : view.rows();
  }

  private static int least(Map<Long, GrowingGraph> graphs, int otherwise) {
    return graphs.values().stream().mapToInt(GrowingGraph::count).min().orElse(otherwise);
  }

  /** Empty when the indexes may have changed since they were asked for. */
  private Optional<Map<Long, GrowingGraph>> choose(
      CollectionSchema schema, Supplier<Map<Long, IndexSpec>> indexes) {
    int asked = epoch();
    Map<Long, IndexSpec> specs = indexes.get();
    Map<Long, GrowingGraph> chosen = new HashMap<>();
    for (FieldSchema field : schema.fields()) {
      IndexSpec index = specs.get(field.id());
      IndexSpec spec = index == null ? null : GrowingGraph.specOf(index, field.type());
      if (spec != null) {
        chosen.put(field.id(), new GrowingGraph(spec, room));
      }
    }
    return set(Map.copyOf(chosen), asked) ? Optional.of(chosen) : Optional.empty();
  }

  private synchronized int epoch() {
    return epoch;
  }

  private synchronized boolean set(Map<Long, GrowingGraph> chosen, int asked) {
    if (epoch != asked || !served) {
      return false;
    }
    graphs = chosen;
    return true;
  }

  long bytes() {
    Map<Long, GrowingGraph> present = graphs;
    return present == null ? 0 : present.values().stream().mapToLong(GrowingGraph::bytes).sum();
  }
}
