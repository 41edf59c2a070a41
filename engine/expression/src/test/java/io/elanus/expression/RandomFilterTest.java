package io.elanus.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Bits;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random filters over random rows, judged by {@link NaiveInterpreter}. {@code -Dfilter.seed=…}
 * replays one seed.
 */
final class RandomFilterTest {
  private static final int FILTERS = 2000;
  private static final int ROWS = 150;

  @Test
  void everyRowIsTrueFalseOrUnknownAsTheNaiveInterpreterSays() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    RowBatch batch = new RandomRows(random.split()).rows(ROWS);
    NaiveInterpreter naive = new NaiveInterpreter(batch);
    RandomFilters filters = new RandomFilters(random.split());
    int[] outcomes = new int[3];
    for (int i = 0; i < FILTERS; i++) {
      String text = filters.filter(i % 3);
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
      Truth truth = FilterEvaluator.evaluate(filter, Rows.of(batch));
      for (int row = 0; row < ROWS; row++) {
        Boolean expected = naive.evaluate(filter, row);
        Boolean actual = truth.unknown().get(row) ? null : (Boolean) truth.matches().get(row);
        if (!Objects.equals(actual, expected)) {
          assertThat(actual).as("seed %d, %s, row %d", seed, text, row).isEqualTo(expected);
        }
        outcomes[expected == null ? 2 : expected ? 1 : 0]++;
      }
    }
    assertThat(Arrays.stream(outcomes).min().orElseThrow())
        .as("the rarest of FALSE, TRUE, UNKNOWN: %s", Arrays.toString(outcomes))
        .isGreaterThan(FILTERS * ROWS / 20);
  }

  @Test
  void absentJsonIsFalseForThoseWhoAskForIt() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    RowBatch batch = new RandomRows(random.split()).rows(ROWS);
    NaiveInterpreter naive = new NaiveInterpreter(batch);
    RandomFilters filters = new RandomFilters(random.split());
    Map<String, Value> hint = Map.of(FilterParser.ABSENT_IS_FALSE, new Value.Bool(true));
    int differing = 0;
    for (int i = 0; i < FILTERS / 2; i++) {
      String text = filters.filter(i % 3);
      Filter plain = FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, hint);
      assertThat(FilterCodec.decode(FilterCodec.encode(filter))).isEqualTo(filter);
      differing += filter.equals(plain) ? 0 : 1;
      Truth truth = FilterEvaluator.evaluate(filter, Rows.of(batch));
      for (int row = 0; row < ROWS; row++) {
        Boolean actual = truth.unknown().get(row) ? null : (Boolean) truth.matches().get(row);
        assertThat(actual)
            .as("seed %d, %s, row %d", seed, text, row)
            .isEqualTo(naive.evaluate(filter, row));
      }
    }
    assertThat(differing).as("seed %d", seed).isGreaterThan(FILTERS / 20);
  }

  @Test
  void aFilterItsNegationAndItsUnknownRowsPartitionTheRows() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    RowBatch batch = new RandomRows(random.split()).rows(ROWS);
    RandomFilters filters = new RandomFilters(random.split());
    for (int i = 0; i < FILTERS / 2; i++) {
      String text = filters.filter(2);
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
      Truth truth = FilterEvaluator.evaluate(filter, Rows.of(batch));
      Truth negated = FilterEvaluator.evaluate(new Filter.Not(filter), Rows.of(batch));
      assertThat(negated.unknown()).as("seed %d, %s", seed, text).isEqualTo(truth.unknown());
      Bits all = truth.matches().copy().or(negated.matches()).or(truth.unknown());
      assertThat(all).as("seed %d, %s", seed, text).isEqualTo(Bits.all(ROWS));
      int sum =
          truth.matches().cardinality()
              + negated.matches().cardinality()
              + truth.unknown().cardinality();
      assertThat(sum).as("seed %d, %s", seed, text).isEqualTo(ROWS);
    }
  }

  @Test
  void deMorganHolds() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    RowBatch batch = new RandomRows(random.split()).rows(ROWS);
    RandomFilters filters = new RandomFilters(random.split());
    for (int i = 0; i < FILTERS / 3; i++) {
      String a = filters.filter(1);
      String b = filters.filter(1);
      Truth left = evaluate("not ((" + a + ") and (" + b + "))", batch);
      Truth right = evaluate("(not (" + a + ")) or (not (" + b + "))", batch);
      assertThat(left).as("seed %d, %s, %s", seed, a, b).isEqualTo(right);
    }
  }

  @Test
  void candidatesNarrowTheAnswerAndChangeNothingElse() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    RowBatch batch = new RandomRows(random.split()).rows(ROWS);
    RandomFilters filters = new RandomFilters(random.split());
    for (int i = 0; i < FILTERS / 3; i++) {
      String text = filters.filter(2);
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
      int oneIn = 1 + random.nextInt(40);
      Bits candidates = Bits.none(ROWS);
      for (int row = 0; row < ROWS; row++) {
        if (random.nextInt(oneIn) == 0) {
          candidates.set(row);
        }
      }
      Truth whole = FilterEvaluator.evaluate(filter, Rows.of(batch));
      Bits before = candidates.copy();
      Truth narrow = FilterEvaluator.evaluate(filter, Rows.of(batch), candidates);
      assertThat(candidates).isEqualTo(before);
      assertThat(narrow)
          .as("seed %d, %s", seed, text)
          .isEqualTo(new Truth(whole.matches().and(candidates), whole.unknown().and(candidates)));
    }
  }

  @Test
  void theCodecGivesBackWhatItWasGiven() {
    long seed = Seed.next();
    RandomFilters filters = new RandomFilters(new SplittableRandom(seed));
    for (int i = 0; i < FILTERS; i++) {
      Filter filter = FilterParser.parse(filters.filter(3), Schemas.DYNAMIC, Map.of());
      assertThat(FilterCodec.decode(FilterCodec.encode(filter))).isEqualTo(filter);
    }
  }

  private static Truth evaluate(String text, RowBatch batch) {
    return FilterEvaluator.evaluate(
        FilterParser.parse(text, Schemas.DYNAMIC, Map.of()), Rows.of(batch));
  }
}
