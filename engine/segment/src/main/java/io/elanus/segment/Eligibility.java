package io.elanus.segment;

import io.elanus.expression.Filter;
import io.elanus.expression.FilterEvaluator;
import io.elanus.expression.FilterFacts;
import io.elanus.expression.Rows;
import io.elanus.schema.Bits;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a segment that a read may return: visible, and matching the filter. What the filter
 * says about keys is used first, so that a read by key touches only rows of these keys.
 */
final class Eligibility {
  private static final FilterFacts EVERYTHING =
      new FilterFacts(
          true,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of());

  private final ReadView view;
  private final Filter filter;
  private final Optional<Double> sampleFraction;
  private final FilterFacts facts;
  private final VisibleRows visible;

  Eligibility(ReadView view, Filter filter, long readTimestamp, long expiredBefore) {
    this.view = view;
    if (filter instanceof Filter.Sample(Filter inner, double fraction)) {
      this.filter = inner;
      this.sampleFraction = Optional.of(fraction);
    } else {
      this.filter = filter;
      this.sampleFraction = Optional.empty();
    }
    this.facts =
        this.filter instanceof Filter.Everything
            ? EVERYTHING
            : FilterFacts.of(this.filter, view.schema());
    this.visible = view.visible(readTimestamp, expiredBefore);
  }

  VisibleRows visible() {
    return visible;
  }

  /** Whether every visible row is eligible. */
  boolean unfiltered() {
    return facts.everything() && sampleFraction.isEmpty();
  }

  /** Whether evaluating the filter in parts, to stop early, is worth it. */
  boolean worthWindows() {
    return sampleFraction.isEmpty() && facts.keys().isEmpty() && !view.indexed(facts.fieldIds());
  }

  /** The eligible rows; possibly shared, not to be changed. */
  Bits rows() {
    Bits rows = matching();
    return sampleFraction.isEmpty() ? rows : sample(rows, sampleFraction.get());
  }

  /** The eligible rows, of rows with equal keys the newest; possibly shared, not to be changed. */
  Bits newestRows() {
    if (unfiltered()) {
      return visible.newest(view.keys());
    }
    Bits rows = rows();
    if (!view.keys().hasDuplicates()) {
      return rows;
    }
    Bits kept = rows.copy();
    view.keys().keepNewest(kept);
    return kept;
  }

  private Bits matching() {
    if (visible.count() == 0 || outside()) {
      return Bits.none(view.rows());
    }
    if (facts.everything()) {
      return visible.bits();
    }
    if (facts.exactKeys().isPresent()) {
      return visibleRowsOf(facts.exactKeys().get());
    }
    if (facts.keys().isPresent()) {
      return evaluateOn(SetRows.of(visibleRowsOf(facts.keys().get())));
    }
    Optional<int[]> range = keyRange();
    return range.isPresent() ? window(range.get()[0], range.get()[1]) : evaluateAll();
  }

  /** Whether the keys of the segment tell that nothing matches. */
  boolean outside() {
    return facts.nothing() || !view.keys().mayContain(lowestKey(), highestKey());
  }

  /** Rows [from, to) outside which no row matches; everything when the filter tells nothing. */
  int[] bounds() {
    return keyRange().orElseGet(() -> new int[] {0, view.rows()});
  }

  private Optional<int[]> keyRange() {
    return facts.lowestKey().isEmpty() && facts.highestKey().isEmpty()
        ? Optional.empty()
        : view.keys().range(lowestKey(), highestKey());
  }

  private Optional<Comparable<?>> lowestKey() {
    return facts.lowestKey().map(Eligibility::key);
  }

  private Optional<Comparable<?>> highestKey() {
    return facts.highestKey().map(Eligibility::key);
  }

  private static Comparable<?> key(Value value) {
    return switch (value) {
      case Value.Int number -> number.value();
      case Value.Text text -> text.value();
      case Value.Bool bool -> throw new IllegalArgumentException("no key: " + bool);
      case Value.Real real -> throw new IllegalArgumentException("no key: " + real);
      case Value.Many many -> throw new IllegalArgumentException("no key: " + many);
    };
  }

  private Bits visibleRowsOf(Keys keys) {
    Bits rows = Bits.none(view.rows());
    KeyIndex index = view.keys();
    for (int i = 0; i < keys.size(); i++) {
      for (int row = index.newest(KeyProbe.of(keys, i)); row >= 0; row = index.older(row)) {
        if (visible.bits().get(row)) {
          rows.set(row);
        }
      }
    }
    return rows;
  }

  /** Copies the few candidates out and evaluates the filter over the copies. */
  private Bits evaluateOn(int[] candidates) {
    Bits rows = Bits.none(view.rows());
    if (candidates.length > 0) {
      List<Long> fields = new ArrayList<>(facts.fieldIds());
      Rows few = Rows.of(HeldReads.fetch(view, candidates, fields));
      Bits matches = FilterEvaluator.evaluate(filter, few).matches();
      for (int i = matches.next(0); i >= 0; i = matches.next(i + 1)) {
        rows.set(candidates[i]);
      }
    }
    return rows;
  }

  private Bits evaluateAll() {
    Bits rows = Bits.none(view.rows());
    int base = 0;
    for (Rows chunk : view.chunks()) {
      evaluateInto(chunk, base, rows);
      base += 1 << view.chunkShift();
    }
    return rows;
  }

  /** The eligible rows within [from, to), of a segment with one chunk. */
  Bits window(int from, int to) {
    Bits rows = Bits.none(view.rows());
    int start = from & -64;
    if (start < to) {
      RowWindow window = new RowWindow(view.chunks().getFirst(), start, to);
      evaluateInto(window, start, rows);
      for (int row = start; row < from; row++) {
        rows.clear(row);
      }
    }
    return rows;
  }

  /** Evaluates rows that start at {@code base}, a multiple of 64. */
  private void evaluateInto(Rows part, int base, Bits rows) {
    Bits candidates = visible.all() ? null : candidates(base, part.count());
    if (candidates != null && candidates.isEmpty()) {
      return;
    }
    Bits matches = evaluate(part, candidates);
    long[] from = matches.words();
    long[] to = rows.words();
    for (int i = 0; i < from.length; i++) {
      to[(base >>> 6) + i] |= from[i];
    }
  }

  private Bits evaluate(Rows part, @Nullable Bits candidates) {
    return candidates == null
        ? FilterEvaluator.evaluate(filter, part).matches()
        : FilterEvaluator.evaluate(filter, part, candidates).matches().and(candidates);
  }

  private Bits candidates(int base, int count) {
    if (base == 0 && count == view.rows()) {
      return visible.bits();
    }
    Bits slice = Bits.none(count);
    long[] words = slice.words();
    System.arraycopy(visible.bits().words(), base >>> 6, words, 0, words.length);
    if ((count & 63) != 0) {
      words[words.length - 1] &= -1L >>> (64 - (count & 63));
    }
    return slice;
  }

  /** Of n rows max(1, floor(n × fraction)), each set of that many equally likely. */
  private static Bits sample(Bits rows, double fraction) {
    int[] all = SetRows.of(rows);
    Bits chosen = Bits.none(rows.size());
    int wanted = all.length == 0 ? 0 : Math.max(1, (int) (all.length * fraction));
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < all.length && wanted > 0; i++) {
      if (random.nextInt(all.length - i) < wanted) {
        chosen.set(all[i]);
        wanted--;
      }
    }
    return chosen;
  }
}
