package io.elanus.index.vector.lists;

import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.Ranked;
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
public final class CodedIvfIndex implements MappedIndex {
  /** A filter that lets pass less than one row of so many makes estimates of whole lists dear. */
  private static final int SPARSE_FILTER = 32;

  /** Beside k, so many candidates tell how far estimates are from the truth. */
  private static final int LEAST_JUDGED = 22;

  /** How wrong an estimate may be, in times of the usual. */
  private static final int DEVIATIONS = 3;

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

  /** [lists] squared lengths of the centres; for COSINE, whose centres are compared by L2. */
  private final float[] centreNorms;

  private CodedIvfIndex(
      IndexFile file,
      SlotRows rows,
      InvertedLists lists,
      ListCodes codes,
      @Nullable RefineRows refine,
      @Nullable Rotation rotation) {
    this.file = file;
    this.rows = rows;
    this.lists = lists;
    this.measured = RecallTable.of(file);
    this.codes = codes;
    this.refine = refine;
    this.rotation = rotation;
    this.distance =
        refine == null ? Shapes.walkedDistance(file.spec().metric()) : refine.distance();
    this.centreNorms = norms(lists, file.dimension());
  }

  public static CodedIvfIndex open(IndexFile file) {
    SlotRows rows = SlotRows.of(file);
    InvertedLists lists = InvertedLists.of(file, rows.count(), IvfIndex.centreKernel(file));
    ListCodes codes = codes(file, rows.count(), lists);
    Rotation rotation = file.has(IndexFileFormat.Section.ROTATION) ? Rotation.of(file) : null;
    return new CodedIvfIndex(file, rows, lists, codes, RefineRows.of(file, rows.count()), rotation);
  }

  private static ListCodes codes(IndexFile file, int slots, InvertedLists lists) {
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
            ? NibbleLists.of(file, lists, books, books.subspaces(), terms)
            : ProductLists.of(file, slots, lists, books);
      }
      case IVF_RABITQ, IVF_RABITQ_FASTSCAN -> {
        int subspaces = SignTables.subspaces(file.dimension());
        yield NibbleLists.of(file, lists, new SignTables(file.dimension()), subspaces, 2);
      }
      default -> throw IndexFileFormat.damaged(file.path(), "no codes of this type");
    };
  }

  private static float[] norms(InvertedLists lists, int dimension) {
    float[] norms = new float[lists.count()];
    for (int list = 0; list < norms.length; list++) {
      double squared = 0;
      long at = (long) list * lists.kernel().rowBytes();
      for (int j = 0; j < dimension; j++) {
        float value = lists.centres().get(IndexFileFormat.FLOAT, at + 4L * j);
        squared += (double) value * value;
      }
      norms[list] = (float) squared;
    }
    return norms;
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
  public float defaultRecall() {
    return measured.at(SearchParameters.DEFAULT_NPROBE);
  }

  @Override
  public Neighbors search(VectorQuery query) {
    int survivors = rows.count() == 0 ? 0 : rows.eligible(query.eligible());
    if (survivors == 0) {
      return Neighbors.NONE;
    }
    Scratch scratch = Scratch.local();
    float[] values = new float[file.dimension()];
    Elements.decode(Shapes.elements(file.type()), query.vector(), 0, values);
    if (spec().metric() == Metric.COSINE) {
      Elements.normalise(values);
    }
    ListVisit visit = ListVisit.of(lists, rows, measured, query, spec().metric());
    boolean all = survivors == rows.columnRows();
    boolean sparse = (long) survivors * SPARSE_FILTER < rows.columnRows();
    boolean gathers = visit.gathers(query, survivors) && (sparse || survivors <= query.k());
    scratch.nearest.reset(query.k());
    if (gathers && refine != null) {
      gather(query, refine.judge(query.vector(), values, scratch), scratch);
      return scratch.nearest.neighbors(distance);
    }
    float[] turned = rotation == null ? values : rotation.turned(values);
    InvertedLists.NearestLists nearest = lists.nearest(MemorySegment.ofArray(turned), scratch);
    ListCodes.Asked asked = codes.ask(turned, biases(turned, nearest.distances()), scratch);
    ListCodes.Judge judge = refine == null ? asked : refine.judge(query.vector(), values, scratch);
    if (gathers) {
      gather(query, judge, scratch);
      return scratch.nearest.neighbors(distance);
    }
    if (query.range() == ScoreRange.NONE && !sparse) {
      Reservoir candidates = scratch.candidates;
      candidates.reset(candidates(query, all));
      visit.visit(
          query,
          nearest,
          !all,
          all ? found(candidates) : IvfIndex.found(scratch.nearest),
          list -> all ? estimated(list, asked, scratch) : estimated(list, query, asked, scratch));
      if (rejudge(query.k(), judge, scratch) || all) {
        return scratch.nearest.neighbors(distance);
      }
      scratch.nearest.reset(query.k());
      nearest = new InvertedLists.NearestLists(nearest.distances());
    }
    visit.visit(
        query,
        nearest,
        !all,
        IvfIndex.found(scratch.nearest),
        list -> judged(list, query, judge, scratch));
    return scratch.nearest.neighbors(distance);
  }

  private void gather(VectorQuery query, ListCodes.Judge judge, Scratch scratch) {
    rows.gather(
        query.eligible(), scratch, count -> offerJudged(count, query.range(), judge, scratch));
  }

  private static ListVisit.Found found(Reservoir candidates) {
    return new ListVisit.Found() {
      @Override
      public int size() {
        return candidates.size();
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

  /** Offers slots by their estimates. */
  private int estimated(int list, ListCodes.Asked asked, Scratch scratch) {
    int end = lists.starts()[list + 1];
    for (int from = lists.starts()[list]; from < end; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, end - from);
      asked.estimate(list, from, count, Ranked.distance(scratch.candidates.bound()), scratch);
      for (int first = 0; first < count; first += Long.SIZE) {
        long within = scratch.within[first / Long.SIZE];
        for (; within != 0; within &= within - 1) {
          int i = first + Long.numberOfTrailingZeros(within);
          scratch.candidates.offer(Ranked.of(scratch.distances[i], from + i));
        }
      }
    }
    return end - lists.starts()[list];
  }

  /** As above, those that the filter keeps; the nearest k are found, too. */
  private int estimated(int list, VectorQuery query, ListCodes.Asked asked, Scratch scratch) {
    int end = lists.starts()[list + 1];
    int compared = 0;
    for (int from = lists.starts()[list]; from < end; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, end - from);
      int kept = rows.eligible(query.eligible(), from, count, scratch.eligible);
      if (kept == 0) {
        continue;
      }
      compared += kept;
      asked.estimate(list, from, count, Ranked.distance(scratch.candidates.bound()), scratch);
      for (int first = 0; first < count; first += Long.SIZE) {
        long within = scratch.within[first / Long.SIZE] & scratch.eligible[first / Long.SIZE];
        for (; within != 0; within &= within - 1) {
          int i = first + Long.numberOfTrailingZeros(within);
          long ranked = Ranked.of(scratch.distances[i], from + i);
          scratch.candidates.offer(ranked);
          scratch.nearest.offer(ranked);
        }
      }
    }
    return compared;
  }

  /** Offers rows of the column by their judged distances. */
  private int judged(int list, VectorQuery query, ListCodes.Judge judge, Scratch scratch) {
    int eligible = 0;
    int count = 0;
    for (int slot = lists.starts()[list]; slot < lists.starts()[list + 1]; slot++) {
      if (query.eligible().get(rows.row(slot))) {
        scratch.ordinals[count++] = slot;
        if (count == Scratch.BLOCK) {
          offerJudged(count, query.range(), judge, scratch);
          eligible += count;
          count = 0;
        }
      }
    }
    offerJudged(count, query.range(), judge, scratch);
    return eligible + count;
  }

  private void offerJudged(int count, ScoreRange range, ListCodes.Judge judge, Scratch scratch) {
    judge.distances(scratch.ordinals, count, scratch.distances);
    boolean ranged = range != ScoreRange.NONE;
    for (int i = 0; i < count; i++) {
      float found = scratch.distances[i];
      if (!ranged || range.accepts(distance.score(found))) {
        scratch.nearest.offer(Ranked.of(found, rows.row(scratch.ordinals[i])));
      }
    }
  }

  /**
   * Finds the best rows among the candidate slots: the best by estimate are judged first, and tell
   * how wrong estimates are; then those that may be among the k nearest if theirs is wrong by three
   * times the usual.
   *
   * @return whether a row that is no candidate is hardly among the best, because its estimate,
   *     which is that of the last candidate at least, would have to be wrong by more
   */
  private boolean rejudge(int k, ListCodes.Judge judge, Scratch scratch) {
    scratch.nearest.reset(k);
    Reservoir candidates = scratch.candidates;
    long[] pairs = candidates.pairs();
    int found = candidates.size();
    if (found == 0) {
      return true;
    }
    int first = Math.min(found, k + LEAST_JUDGED);
    candidates.part(first);
    double errors = 0;
    double squares = 0;
    for (int from = 0; from < first; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, first - from);
      for (int i = 0; i < count; i++) {
        scratch.ordinals[i] = Ranked.row(pairs[from + i]);
      }
      offerJudged(count, ScoreRange.NONE, judge, scratch);
      for (int i = 0; i < count; i++) {
        double error = scratch.distances[i] - (double) Ranked.distance(pairs[from + i]);
        errors += error;
        squares += error * error;
      }
    }
    double mean = errors / first;
    double usual = Math.sqrt(Math.max(0, squares / first - mean * mean));
    // those that look nearest are less near than they look: the others are so by less than the mean
    double nearer = Math.min(mean, 0) - DEVIATIONS * usual;
    int count = 0;
    long farthest = Long.MIN_VALUE;
    for (int i = first; i < found; i++) {
      farthest = Math.max(farthest, pairs[i]);
      float bound = Ranked.distance(scratch.nearest.bound());
      if (!(Ranked.distance(pairs[i]) + nearer > bound)) {
        scratch.ordinals[count++] = Ranked.row(pairs[i]);
      }
      if (count == Scratch.BLOCK) {
        offerJudged(count, ScoreRange.NONE, judge, scratch);
        count = 0;
      }
    }
    offerJudged(count, ScoreRange.NONE, judge, scratch);
    return !candidates.isFull()
        || found > first
            && Ranked.distance(farthest) + nearer > Ranked.distance(scratch.nearest.bound());
  }
}
