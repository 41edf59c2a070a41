package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.Reservoir;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.Elements;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An inverted file of codes over a mapped file, which {@link CodedIvfBuild} describes: IVF_SQ8,
 * IVF_PQ, SCANN, IVF_RABITQ, IVF_RABITQ_FASTSCAN. {@link ListVisit} chooses lists, whose codes give
 * estimates; the best candidates are judged again, on what the index refines with or else on the
 * codes with the query as it is. Ranges, and filters that few rows pass, are judged at once; so is
 * what a filter keeps of the lists when the candidates show that estimates were too rough for it.
 */
public final class CodedIvfIndex implements ListsIndex {
  /** So many times the candidates are judged again under a filter. */
  private static final int FILTERED = 4;

  private final IndexFile file;
  private final SlotRows rows;
  private final InvertedLists lists;
  private final MeasuredRecall measured;
  private final ListCodes codes;
  private final @Nullable RefineRows refine;
  private final @Nullable Rotation rotation;
  private final Distance distance;

  /** What a search does before each list. */
  private final Runnable beforeList;

  /** [lists] squared lengths of the centres; for COSINE, whose centres are compared by L2. */
  private final float[] centreNorms;

  private CodedIvfIndex(
      IndexFile file,
      SlotRows rows,
      InvertedLists lists,
      ListCodes codes,
      @Nullable RefineRows refine,
      @Nullable Rotation rotation,
      Runnable beforeList) {
    this.file = file;
    this.rows = rows;
    this.lists = lists;
    this.measured = RecallTable.of(file);
    this.codes = codes;
    this.refine = refine;
    this.rotation = rotation;
    this.beforeList = beforeList;
    this.distance =
        refine == null ? Shapes.walkedDistance(file.spec().metric()) : refine.distance();
    this.centreNorms = lists.norms(file.dimension());
  }

  /** Opens a file, for any number of searches. */
  public static CodedIvfIndex open(IndexFile file) {
    return open(file, true, () -> {});
  }

  /**
   * For a few searches of a build, which are not worth the work of the compiler and ask before each
   * list whether to stop.
   */
  static CodedIvfIndex forFewSearches(IndexFile file, BuildContext context) {
    return open(file, false, context::stopIfCancelled);
  }

  private static CodedIvfIndex open(IndexFile file, boolean manySearches, Runnable beforeList) {
    SlotRows rows = SlotRows.of(file);
    InvertedLists lists = InvertedLists.of(file, rows.count(), IvfIndex.centreKernel(file));
    ListCodes codes = codes(file, rows.count(), lists, manySearches);
    Rotation rotation = file.has(IndexFileFormat.Section.ROTATION) ? Rotation.of(file) : null;
    RefineRows refine = RefineRows.of(file, rows.count());
    return new CodedIvfIndex(file, rows, lists, codes, refine, rotation, beforeList);
  }

  private static ListCodes codes(
      IndexFile file, int slots, InvertedLists lists, boolean manySearches) {
    return switch (file.spec().type()) {
      case IVF_SQ8 ->
          ByteLists.of(
              file,
              slots,
              ByteLists.bits(file.spec().params().getOrDefault("sq_type", "SQ8")),
              IndexFileFormat.Section.CODES,
              IndexFileFormat.Section.CODE_RANGES);
      case IVF_PQ, SCANN -> {
        Codebooks books = Codebooks.of(file, slots);
        int terms = file.spec().metric() == Metric.L2 ? 1 : 0;
        yield books.bits() == 4
            ? NibbleLists.of(file, lists, books, books.subspaces(), terms, manySearches)
            : ProductLists.of(file, slots, lists, books);
      }
      case IVF_RABITQ, IVF_RABITQ_FASTSCAN -> {
        int subspaces = SignTables.subspaces(file.dimension());
        yield NibbleLists.of(
            file, lists, new SignTables(file.dimension()), subspaces, 2, manySearches);
      }
      default -> throw IndexFileFormat.damaged(file.path(), "no codes of this type");
    };
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public MeasuredRecall measuredRecall() {
    return measured;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    int survivors = rows.count() == 0 ? 0 : rows.eligible(query.eligible());
    if (survivors == 0) {
      return Neighbors.NONE;
    }
    Scratch scratch = Scratch.local();
    ListVisit visit = ListVisit.of(lists, rows, measured, query, spec().metric());
    boolean sparse = (long) survivors * codes.estimatesPerJudgement() < rows.count();
    boolean gathers = visit.gathers(query, survivors) && (sparse || survivors <= query.k());
    KeptSlots kept =
        KeptSlots.of(
            rows, query.eligible(), survivors, gathers ? 0 : visit.slots(survivors), scratch);
    CodedSearch search =
        new CodedSearch(lists, rows, query, kept, spec().metric(), distance, scratch);
    scratch.nearest.reset(query.k());
    scratch.tooNear = 0;
    if (gathers) {
      gather(search);
    } else {
      visit(search, visit, survivors == rows.count(), sparse);
    }
    return scratch.nearest.neighbors(distance);
  }

  /** Judges all that the filter keeps. */
  private void gather(CodedSearch search) {
    Scratch scratch = search.scratch();
    float[] values = values(search.query().vector());
    if (refine != null) {
      search.gather(refine.judge(search.query().vector(), values, scratch));
      return;
    }
    float[] turned = turned(values);
    InvertedLists.NearestLists nearest = lists.nearest(MemorySegment.ofArray(turned), scratch);
    search.gather(codes.ask(turned, biases(turned, nearest.distances()), scratch));
  }

  /** Visits lists: for estimates, and to judge all in them where those do not serve. */
  private void visit(CodedSearch search, ListVisit visit, boolean all, boolean sparse) {
    Scratch scratch = search.scratch();
    VectorQuery query = search.query();
    float[] values = values(query.vector());
    float[] turned = turned(values);
    InvertedLists.NearestLists nearest = lists.nearest(MemorySegment.ofArray(turned), scratch);
    ListCodes.Asked asked = codes.ask(turned, biases(turned, nearest.distances()), scratch);
    ListCodes.Judge judge = refine == null ? asked : refine.judge(query.vector(), values, scratch);
    if (query.range() == ScoreRange.NONE && !sparse && !query.parameters().page()) {
      if (estimates(search, visit, nearest, asked, judge, all) || all) {
        return;
      }
      scratch.nearest.reset(query.k());
      nearest = new InvertedLists.NearestLists(nearest.distances());
    }
    visit.visit(
        query, nearest, !all, IvfIndex.found(scratch), list -> search.judged(begun(list), judge));
  }

  /** The numbers of a vector, of length 1 under COSINE. */
  private float[] values(MemorySegment vector) {
    float[] values = new float[file.dimension()];
    Elements.decode(Shapes.elements(file.type()), vector, 0, values);
    if (spec().metric() == Metric.COSINE) {
      Elements.normalise(values);
    }
    return values;
  }

  private float[] turned(float[] values) {
    return rotation == null ? values : rotation.turned(values);
  }

  @Override
  public InvertedLists.NearestLists nearest(MemorySegment vector, Scratch scratch) {
    return lists.nearest(MemorySegment.ofArray(turned(values(vector))), scratch);
  }

  @Override
  public boolean exact() {
    return false;
  }

  private int begun(int list) {
    beforeList.run();
    return list;
  }

  /** Judges what looks near; returns whether that was enough. */
  private boolean estimates(
      CodedSearch search,
      ListVisit visit,
      InvertedLists.NearestLists nearest,
      ListCodes.Asked asked,
      ListCodes.Judge judge,
      boolean all) {
    Scratch scratch = search.scratch();
    scratch.candidates.reset(candidates(search.query(), all));
    visit.visit(
        search.query(),
        nearest,
        !all,
        all ? found(scratch.candidates) : IvfIndex.found(scratch),
        list ->
            all ? search.estimated(begun(list), asked) : search.estimatedKept(begun(list), asked));
    return search.rejudge(judge);
  }

  private static ListVisit.Found found(Reservoir candidates) {
    return new ListVisit.Found() {
      @Override
      public int size() {
        return candidates.size();
      }

      @Override
      public int kept() {
        return candidates.held();
      }

      @Override
      public long bound() {
        return candidates.bound();
      }
    };
  }

  /** A filter may keep what is far, where codes tell rows apart less well. */
  private int candidates(VectorQuery query, boolean all) {
    double asked = (double) query.parameters().refineFactor() * query.k();
    int usual = codes.candidates(query.k(), refine != null);
    double wanted = (all ? 1 : FILTERED) * Math.max(asked, usual);
    return (int)
        Math.min(Math.max(wanted, query.parameters().reorder()), Math.max(query.k(), rows.count()));
  }

  /** L2: the centre's distance; otherwise minus its inner product with the query. */
  private float[] biases(float[] query, float[] distances) {
    if (spec().metric() != Metric.COSINE) {
      return distances;
    }
    double squared = 0;
    for (float value : query) {
      squared += (double) value * value;
    }
    float[] biases = new float[distances.length];
    for (int list = 0; list < biases.length; list++) {
      biases[list] = (float) ((distances[list] - squared - centreNorms[list]) / 2);
    }
    return biases;
  }
}
