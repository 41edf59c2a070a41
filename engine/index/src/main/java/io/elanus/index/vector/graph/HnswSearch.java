package io.elanus.index.vector.graph;

import io.elanus.index.IndexSpec;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.FullRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Searches one graph. Without a filter: a walk on codes, then exact distances for the nearest of
 * its pool. With a filter: the cheaper, by estimate, of an exact scan of the survivors and a {@link
 * FilteredSearch}; a walk that turns out dearer than the scan gives up for it, and so does one that
 * did not find as many as it should.
 *
 * @param form of the full rows
 * @param exact full rows
 * @param walked what the graph is walked on: codes, or the full rows again
 * @param lowerBounds of the distances of what is walked on, from signs, if there are any
 * @param measured gives searches that ask for a recall their effort
 * @param longRows that are judged for every query
 */
public record HnswSearch(
    IndexSpec spec,
    RowForm form,
    FullRows exact,
    Space walked,
    @Nullable Space lowerBounds,
    boolean coded,
    GraphLayers<?> graph,
    SlotRows rows,
    MeasuredRecall measured,
    LongRows longRows) {
  /** Where a factor asks for more candidates than this, the walk does not widen any more. */
  private static final int MOST_REFINED = 16_384;

  /** A walk that cost more than comparing what passes. */
  private static final int GIVEN_UP = -1;

  public HnswSearch(
      IndexSpec spec,
      RowForm form,
      FullRows exact,
      Space walked,
      boolean coded,
      GraphLayers<?> graph,
      SlotRows rows,
      MeasuredRecall measured) {
    this(spec, form, exact, walked, null, coded, graph, rows, measured, LongRows.NONE);
  }

  /** The same, walked on something else, of which no lower bounds are known. */
  HnswSearch walkedOn(Space other, boolean codes) {
    return new HnswSearch(spec, form, exact, other, null, codes, graph, rows, measured, longRows);
  }

  /** The same with lower bounds for float32 queries, which {@code walked} takes as well. */
  HnswSearch withLowerBounds(Space bounds) {
    return new HnswSearch(
        spec, form, exact, walked, bounds, coded, graph, rows, measured, longRows);
  }

  /** The same over another graph of the same slots. */
  HnswSearch over(GraphLayers<?> other, MeasuredRecall recall) {
    return new HnswSearch(
        spec, form, exact, walked, lowerBounds, coded, other, rows, recall, longRows);
  }

  /** The same, which judges some rows for every query. */
  public HnswSearch judging(LongRows known) {
    return new HnswSearch(
        spec, form, exact, walked, lowerBounds, coded, graph, rows, measured, known);
  }

  public Neighbors search(VectorQuery query) {
    int slots = rows.count();
    int survivors = slots == 0 ? 0 : rows.eligible(query.eligible());
    if (survivors == 0) {
      return Neighbors.NONE;
    }
    ExactAnswers answers = new ExactAnswers(this);
    GraphScratch scratch = GraphScratch.local();
    scratch.walk.resize(slots, graph.base().degree());
    MemorySegment row =
        RowTable.query(query.vector(), form.type(), spec.metric(), form.dimension());
    prepareExact(row, scratch);
    boolean filtered = survivors < slots;
    int ef = effort(query, filtered);
    while (!new FilteredSearch(this).scansFaster(survivors, ef, query.k())) {
      int followed = walk(query, row, ef, survivors, filtered, scratch);
      if (followed == GIVEN_UP) {
        break;
      }
      int led = lead(query, scratch);
      int wanted = ExactAnswers.candidates(query, followed);
      boolean exhausted = answers.refine(query.k(), wanted, led, query.range(), scratch);
      int beyond = effortBeyond(query, scratch.tooNear());
      if (beyond > ef) {
        ef = Math.max(beyond, 2 * ef);
        continue;
      }
      boolean missing = scratch.nearest.size() < Math.min(query.k(), survivors) && !exhausted;
      if (query.parameters().exactCompletion() && (missing || (!filtered && misled(scratch)))) {
        break;
      }
      return scratch.nearest.neighbors(form.distance());
    }
    return new SurvivorScan(this, answers).run(query, row, survivors, scratch);
  }

  /**
   * Whether some of the k best of an inner product are below 0: links lead to long rows, and the
   * best of those are short.
   */
  private boolean misled(GraphScratch scratch) {
    return spec.metric() == Metric.IP
        && scratch.nearest.size() > 0
        && form.distance().score(Ranked.distance(scratch.nearest.bound())) < 0;
  }

  /** Puts long rows that pass the filter in front of what was found. */
  int lead(VectorQuery query, GraphScratch scratch) {
    return longRows.lead(slot -> query.eligible().get(rows.row(slot)), scratch);
  }

  /** Fills what was found; returns how many of it count, or that the walk cost more than a scan. */
  private int walk(
      VectorQuery query,
      MemorySegment row,
      int ef,
      int survivors,
      boolean filtered,
      GraphScratch scratch) {
    boolean bounded = !filtered || new FilteredSearch(this).throughAll(survivors);
    MemorySegment walkedQuery =
        scratch.walk.prepare(walked, bounded ? lowerBounds : null, walkedRow(row));
    int[] entries = graph.entries();
    scratch.walk.enter(above(), walkedQuery, entries, entries.length);
    if (filtered) {
      boolean finished = new FilteredSearch(this).run(query, walkedQuery, ef, survivors, scratch);
      scratch.take(scratch.filtered.pool);
      return finished ? ef : GIVEN_UP;
    }
    scratch.walk.descend(above(), walkedQuery, graph.upper(), ef);
    int followed = explore(query, walkedQuery, ef, scratch);
    scratch.take(scratch.walk.pool);
    return followed;
  }

  /** Walks the base layer; returns how many of the pool count. */
  private int explore(VectorQuery query, MemorySegment walkedQuery, int ef, GraphScratch scratch) {
    Rivals rivals =
        graph.base() instanceof PagedLinks ? null : Rivals.of(query, form.distance(), ef);
    if (rivals == null) {
      explore(query, walkedQuery, scratch);
      return ef;
    }
    return scratch.walk.explore(walked, walkedQuery, graph.base(), rows.count(), rivals);
  }

  /** Walks the base layer until every slot of the pool was followed. */
  void explore(VectorQuery query, MemorySegment walkedQuery, GraphScratch scratch) {
    if (graph.base() instanceof PagedLinks paged) {
      scratch.paged.explore(walked, walkedQuery, paged, query.parameters().beam());
    } else {
      scratch.walk.explore(walked, walkedQuery, graph.base(), rows.count());
    }
  }

  /** What entries and upper layers are walked on. */
  Space above() {
    return graph.base() instanceof PagedLinks paged ? paged.above(walked) : walked;
  }

  private int effort(VectorQuery query, boolean filtered) {
    SearchParameters parameters = query.parameters();
    double refined = Math.ceil((double) query.k() * parameters.refineFactor());
    int ef = Math.max(parameters.ef(), (int) Math.min(refined, Math.max(query.k(), MOST_REFINED)));
    float target =
        filtered
            ? Math.max(parameters.targetRecall(), FilteredSearch.TARGET)
            : parameters.targetRecall();
    return parameters.targetRecall() == 0 ? ef : Math.max(ef, measured.effort(target, query.k()));
  }

  /**
   * What it takes to find k rows behind so many that are too near for the range. The far end of a
   * pool is where rows lack: a page of an iterator wants a walk for all rows up to its last.
   */
  private int effortBeyond(VectorQuery query, int tooNear) {
    if (tooNear == 0) {
      return 0;
    }
    float target = query.parameters().targetRecall();
    int wanted = (int) Math.min((long) tooNear + query.k(), rows.count());
    return measured.effort(target == 0 ? MeasuredRecall.DEFAULT_TARGET : target, wanted);
  }

  void prepareExact(MemorySegment row, GraphScratch scratch) {
    MemorySegment query = scratch.exactQuery(exact.kernel().queryBytes());
    exact.kernel().prepare(form.askedInFloats() ? walkedRow(row) : row, query);
  }

  /**
   * The query in the type of the walked rows: codes are asked with float32, of length 1 under
   * COSINE.
   */
  MemorySegment walkedRow(MemorySegment row) {
    if (!coded || form.type() == ElementType.FLOAT32) {
      return row;
    }
    float[] values = new float[form.dimension()];
    Elements.decode(form.type(), row, 0, values);
    if (spec.metric() == Metric.COSINE) {
      Elements.normalise(values);
    }
    return MemorySegment.ofArray(values);
  }
}
