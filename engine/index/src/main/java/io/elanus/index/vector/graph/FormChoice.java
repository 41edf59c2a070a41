package io.elanus.index.vector.graph;

import io.elanus.index.AutomaticForm;
import io.elanus.index.RowPrecision;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.SignedRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what the graph of AUTOINDEX is walked on, or that there is none: of all that reach the
 * recall of a search that asks for nothing, what reads the fewest bytes for it in its {@link
 * WalkTrial}.
 */
final class FormChoice {
  /** A scan reads in the order of addresses, which is so many times cheaper a byte. */
  private static final int CHEAPER_IN_ORDER = FilteredWalk.COMPARISON_COST;

  /** Where no walk reaches the recall, a scan may cost so many times what the best of them does. */
  private static final int WORTH_THE_RECALL = 4;

  /**
   * A form of the same graph.
   *
   * @param codes that it is walked on, or null for the rows as they are
   * @param signs in front of them, or null
   */
  record Candidate(
      AutomaticForm form, WalkTrial trial, @Nullable CodedRows codes, @Nullable SignedRows signs) {
    /** Puts what this form is walked on among the sections, instead of the codes there are. */
    void replaceCodes(Map<IndexFileFormat.Section, MemorySegment> sections, Arena arena) {
      sections.remove(IndexFileFormat.Section.CODES);
      sections.remove(IndexFileFormat.Section.CODE_RANGES);
      if (codes != null) {
        codes.addTo(
            sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
      }
      if (signs != null) {
        signs.addTo(sections, arena);
      }
    }
  }

  private final GraphDraft draft;
  private final RecallMeasure measure;
  private final Metric metric;
  private final Workers workers;
  private final Arena arena;

  FormChoice(GraphDraft draft, Metric metric, Workers workers, Arena arena) {
    this.draft = draft;
    this.measure = draft.measure();
    this.metric = metric;
    this.workers = workers;
    this.arena = arena;
  }

  /**
   * The cheapest.
   *
   * @param onBytes a trial of the graph on {@code bytes}
   */
  Candidate choose(WalkTrial onBytes, CodedRows bytes) {
    Candidate best = new Candidate(AutomaticForm.BYTES, onBytes, bytes, null);
    if (measure.asked() == 0) {
      return best;
    }
    RowTable floats = draft.floats();
    RowTable stored = draft.stored();
    float[][] sample = draft.sample();
    CodedRows nibbles = CodedRows.encode(RowPrecision.SQ4U, metric, floats, sample, workers, arena);
    HnswSearch onNibbles = onBytes.search().walkedOn(nibbles.space(), true);
    SignedRows signs = SignedRows.encode(metric, floats, sample, workers, arena);
    HnswSearch onSigns = onNibbles.withLowerBounds(signs.lowerBounds());
    HnswSearch onRows = onBytes.search().walkedOn(Space.of(stored), false);
    best =
        better(best, new Candidate(AutomaticForm.NIBBLES, draft.tried(onNibbles), nibbles, null));
    best = better(best, new Candidate(AutomaticForm.SIGNS, draft.tried(onSigns), nibbles, signs));
    best = better(best, new Candidate(AutomaticForm.ROWS, draft.tried(onRows), null, null));
    WalkTrial walk = best.trial();
    double scanned =
        (double) measure.tried() * stored.count() * bytes.codes().rowBytes() / CHEAPER_IN_ORDER;
    double allowed = walk.reaches() ? walk.bytes() : WORTH_THE_RECALL * walk.bytes();
    return scanned <= allowed ? new Candidate(AutomaticForm.SCAN, onBytes, null, null) : best;
  }

  private static Candidate better(Candidate best, Candidate other) {
    return other.trial().beats(best.trial()) ? other : best;
  }
}
