package io.elanus.index.vector.growing;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.graph.GraphLayers;
import io.elanus.index.vector.graph.HnswSearch;
import io.elanus.index.vector.graph.RowForm;
import io.elanus.index.vector.rows.ChunkedRows;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A graph over rows that still arrive. One thread at a time extends it; any number search it
 * meanwhile, each what was published when it began: the rows below a count. Rows that are not in
 * the graph yet are scanned, so that an answer never lacks them.
 *
 * <p>Memory of the graph is off the heap and let go by {@link #close}, once running searches have
 * ended: codes of the rows (a quarter of float32 ones) and links. The rows themselves are borrowed
 * and compared where they lie.
 */
public final class GrowingGraph implements AutoCloseable {
  /** What searches see: the first rows, linked. */
  record Grown(GrowingStage stage, int count, HnswSearch search) {
    boolean full() {
      return count == stage.capacity();
    }

    void release() {
      stage.memory().release();
    }
  }

  /** Rows after which searches see what was added. */
  private static final int BATCH = 64;

  private static final int LEAST_CAPACITY = 4096;

  private final IndexSpec spec;
  private final GrowingSettings settings;
  private final GraphRoom room;
  private volatile @Nullable Grown current;
  private boolean closed;

  /**
   * An empty graph.
   *
   * @param spec of the collection's index: its metric, its parameters, its rules for a search
   */
  public GrowingGraph(IndexSpec spec) {
    this(spec, GraphRoom.UNLIMITED);
  }

  /**
   * An empty graph.
   *
   * @param spec of the collection's index: its metric, its parameters, its rules for a search
   * @param room asked for whatever the graph holds, before it is allocated
   */
  public GrowingGraph(IndexSpec spec, GraphRoom room) {
    this.spec = spec;
    this.settings = GrowingSettings.of(spec);
    this.room = room;
  }

  /**
   * The spec of a graph over growing rows of a field with this index: itself for a graph, the
   * automatic one for other indexes that answer approximately, and none where answers are exact or
   * rows are no numbers.
   */
  public static @Nullable IndexSpec specOf(IndexSpec index, DataType type) {
    boolean numbers = type.isDenseVector() && type != DataType.BINARY_VECTOR;
    return switch (index.type()) {
      case HNSW, HNSW_SQ, HNSW_PQ, HNSW_PRQ, DISKANN, AISAQ, AUTOINDEX -> numbers ? index : null;
      case ANNOY, IVF_FLAT, IVF_SQ8, IVF_PQ, SCANN, IVF_RABITQ, IVF_RABITQ_FASTSCAN ->
          numbers ? IndexSpec.of(IndexType.AUTOINDEX, index.metric()) : null;
      case FLAT,
          BIN_FLAT,
          BIN_IVF_FLAT,
          MINHASH_LSH,
          SPARSE_INVERTED_INDEX,
          INVERTED,
          BITMAP,
          STL_SORT,
          TRIE ->
          null;
    };
  }

  public Metric metric() {
    return spec.metric();
  }

  /** Rows that are in the graph, those without a vector counted. */
  public int count() {
    Grown now = current;
    return now == null ? 0 : now.count();
  }

  /** Bytes of memory held by the graph. */
  public long bytes() {
    Grown now = current;
    return now == null ? 0 : now.stage().bytes();
  }

  /**
   * Takes rows in until all are, it is told to stop or there is no room; by one thread at a time.
   * What is taken in is searched from then on, a batch after the other.
   *
   * @param rows more of the rows of earlier calls; their memory outlives the graph's last search
   * @param stopped asked for each row
   */
  public void extend(DenseRows rows, BooleanSupplier stopped) {
    boolean going = true;
    while (going && count() < rows.count() && !stopped.getAsBoolean()) {
      going = step(rows, stopped);
    }
  }

  /** Fills the stage, or makes a larger one; returns whether it may go on. */
  private boolean step(DenseRows rows, BooleanSupplier stopped) {
    Grown from = retain();
    try (Arena scratch = Arena.ofConfined()) {
      return from == null || from.full()
          ? enlarge(from, rows, stopped, scratch)
          : fill(from, rows, stopped, scratch);
    } finally {
      if (from != null) {
        from.release();
      }
    }
  }

  private boolean fill(Grown from, DenseRows rows, BooleanSupplier stopped, Arena scratch) {
    GraphInsertion insertion = new GraphInsertion(settings, rows, from.stage(), scratch);
    int to = Math.min(rows.count(), from.stage().capacity());
    int published = from.count();
    boolean going = true;
    for (int row = published; going && row < to; row++) {
      if (rows.present().get(row)) {
        insertion.insert(row);
      }
      going = !stopped.getAsBoolean();
      if (!going || row + 1 == to || row + 1 - published == BATCH) {
        published = row + 1;
        going &= publish(grown(from.stage(), published, rows));
      }
    }
    return going;
  }

  private boolean enlarge(
      @Nullable Grown from, DenseRows rows, BooleanSupplier stopped, Arena scratch) {
    int count = from == null ? 0 : from.count();
    int capacity = Math.max(LEAST_CAPACITY, rows.count() + rows.count() / 2);
    GrowingStage stage = StageRoom.take(room, settings, rows, capacity);
    if (stage == null) {
      return false;
    }
    boolean published = false;
    try {
      GraphInsertion insertion = new GraphInsertion(settings, rows, stage, scratch);
      for (int row = 0; row < count; row++) {
        if (stopped.getAsBoolean()) {
          return false;
        }
        if (rows.present().get(row)) {
          insertion.encode(row);
        }
      }
      if (from != null) {
        stage.linkAs(from.stage(), count);
        insertion.linkForgotten(from.stage().longest(), count);
      }
      published = publish(grown(stage, count, rows));
      return published;
    } finally {
      if (!published) {
        stage.memory().close();
      }
    }
  }

  private Grown grown(GrowingStage stage, int count, DenseRows rows) {
    Distance distance = Shapes.distance(settings.metric());
    GraphLayers<GrowingLinks> layers =
        new GraphLayers<>(
            GraphInsertion.entries(rows, count, stage.longest()),
            List.of(),
            stage.links().upTo(count));
    RowForm form = new RowForm(Shapes.elements(rows.type()), distance, rows.dimension(), false);
    HnswSearch search =
        new HnswSearch(
            spec,
            form,
            ChunkedRows.of(rows, distance),
            stage.codes(),
            true,
            layers,
            SlotRows.same(count),
            MeasuredRecall.NONE);
    return new Grown(stage, count, search.judging(stage.longest().known()));
  }

  /** Whether searches see it now; not when the graph was closed meanwhile. */
  private synchronized boolean publish(Grown next) {
    if (closed) {
      return false;
    }
    Grown before = current;
    current = next;
    if (before != null && before.stage() != next.stage()) {
      before.release();
    }
    return true;
  }

  /** What is published, with one more user of its memory; null when there is nothing. */
  @Nullable Grown retain() {
    for (Grown now = current; now != null; now = current) {
      if (now.stage().memory().tryRetain()) {
        return now;
      }
    }
    return null;
  }

  /**
   * A search of rows by the graph, and by scan of those that it lacks.
   *
   * @param present rows with a vector
   * @param exact over the same rows
   */
  public VectorIndex over(Bits present, VectorIndex exact) {
    return new GrowingIndex(this, spec, present, exact);
  }

  /** Lets the memory go once the running searches and the extension have ended; idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    Grown before = current;
    current = null;
    if (before != null) {
      before.release();
    }
  }
}
