package io.elanus.index.vector.graph;

import io.elanus.index.AutomaticForm;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.RowPrecision;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.SignedRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what the graph of AUTOINDEX is walked on, or that there is none: of all that reach the
 * recall of a search that asks for nothing, what reads the fewest bytes for it. Every form is asked
 * for the same rows of the segment at the least effort that reached the recall; what it read is
 * counted, not timed, so that the choice is the same on every machine.
 */
final class FormChoice {
  /** A scan reads in the order of addresses, which is so many times cheaper a byte. */
  private static final int CHEAPER_IN_ORDER = FilteredWalk.COMPARISON_COST;

  /** Where no walk reaches the recall, a scan may cost so many times what the best of them does. */
  private static final int WORTH_THE_RECALL = 4;

  /** What preparing an element of a query costs, in bytes read, for codes and for signs. */
  private static final int CODES_PREPARATION = 24;

  private static final int SIGNS_PREPARATION = 45;

  /**
   * A form of the same graph.
   *
   * @param codes that it is walked on, or null for the rows as they are
   * @param signs in front of them, or null
   */
  record Candidate(
      AutomaticForm form,
      HnswSearch search,
      @Nullable CodedRows codes,
      @Nullable SignedRows signs) {}

  /** A measured candidate and what its searches read at the default target, all asked together. */
  private record Judged(Candidate candidate, double bytes) {}

  private final RecallMeasure measure;
  private final RowTable stored;
  private final RowTable floats;
  private final Metric metric;
  private final Workers workers;
  private final Arena arena;

  FormChoice(
      RecallMeasure measure,
      RowTable stored,
      RowTable floats,
      Metric metric,
      Workers workers,
      Arena arena) {
    this.measure = measure;
    this.stored = stored;
    this.floats = floats;
    this.metric = metric;
    this.workers = workers;
    this.arena = arena;
  }

  /**
   * The cheapest.
   *
   * @param onBytes a measured search of the graph on {@code bytes}
   * @param sample of the rows
   */
  Candidate choose(HnswSearch onBytes, CodedRows bytes, float[][] sample) {
    Candidate usual = new Candidate(AutomaticForm.BYTES, onBytes, bytes, null);
    if (onBytes.measured().isEmpty()) {
      return usual;
    }
    List<Judged> judged = new ArrayList<>();
    judged.add(judge(usual));
    CodedRows nibbles = CodedRows.encode(RowPrecision.SQ4U, metric, floats, sample, workers, arena);
    HnswSearch onNibbles = onBytes.walking(nibbles.space(), true);
    judged.add(judge(measured(AutomaticForm.NIBBLES, onNibbles, nibbles, null)));
    SignedRows signs = SignedRows.encode(metric, floats, sample, workers, arena);
    HnswSearch sifted = onNibbles.sifted(signs.bounds());
    judged.add(judge(measured(AutomaticForm.SIGNS, sifted, nibbles, signs)));
    HnswSearch onRows = onBytes.walking(Space.of(stored), false);
    judged.add(judge(measured(AutomaticForm.ROWS, onRows, null, null)));
    Judged best = best(judged);
    double scanned =
        (double) measure.asked() * stored.count() * bytes.codes().rowBytes() / CHEAPER_IN_ORDER;
    double allowed = reaches(best.candidate()) ? best.bytes() : WORTH_THE_RECALL * best.bytes();
    return scanned <= allowed
        ? new Candidate(AutomaticForm.SCAN, onBytes, null, null)
        : best.candidate();
  }

  private Candidate measured(
      AutomaticForm form,
      HnswSearch search,
      @Nullable CodedRows codes,
      @Nullable SignedRows signs) {
    HnswSearch told = search.over(search.graph(), measure.run(search));
    return new Candidate(form, told, codes, signs);
  }

  /** The cheapest of those that reach the recall, or, if none does, the one that comes nearest. */
  private static Judged best(List<Judged> judged) {
    Judged best = judged.getFirst();
    for (Judged other : judged) {
      boolean reached = reaches(other.candidate());
      boolean better =
          reached == reaches(best.candidate())
              ? reached
                  ? other.bytes() < best.bytes()
                  : recall(other.candidate()) > recall(best.candidate())
              : reached;
      best = better ? other : best;
    }
    return best;
  }

  private static boolean reaches(Candidate candidate) {
    return recall(candidate) >= MeasuredRecall.DEFAULT_TARGET;
  }

  private static float recall(Candidate candidate) {
    return candidate.search().measured().best();
  }

  private Judged judge(Candidate candidate) {
    HnswSearch search = candidate.search();
    int effort = search.measured().effort(MeasuredRecall.DEFAULT_TARGET, RecallMeasure.TEN);
    WalkCounts read = measure.counts(search, effort);
    SignedRows signs = candidate.signs();
    int preparation =
        (signs == null ? 0 : SIGNS_PREPARATION)
            + (candidate.codes() == null ? 0 : CODES_PREPARATION);
    double bytes =
        read.followed() * 4.0 * PackedLinks.stride(search.graph().base().degree())
            + read.compared() * (double) search.walked().stride()
            + (signs == null ? 0 : read.bounded() * (double) signs.codes().rowBytes())
            + (double) measure.asked() * preparation * stored.dimension();
    return new Judged(candidate, bytes);
  }
}
