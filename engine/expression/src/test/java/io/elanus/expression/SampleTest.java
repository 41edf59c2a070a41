package io.elanus.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Bits;
import io.elanus.schema.RowBatch;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SampleTest {
  private static final int ROWS = 1000;
  private static final Rows DATA = Rows.of(rows());

  @Test
  void aSampleIsAPartOfTheMatchesOfTheRightSize() {
    Bits whole = FilterEvaluator.evaluate(filter("i8 > 0"), DATA).matches();
    Truth sample =
        FilterEvaluator.evaluate(
            filter("i8 > 0 and random_sample(0.1)"), DATA, new SplittableRandom(7));
    assertThat(sample.matches().copy().andNot(whole).isEmpty()).isTrue();
    assertThat(sample.matches().cardinality()).isEqualTo(whole.cardinality() / 10);
    assertThat(sample.unknown().isEmpty()).isTrue();
  }

  @Test
  void onlyCandidatesAreSampled() {
    Bits candidates = Bits.none(ROWS);
    candidates.setRange(100, 200);
    Truth sample =
        FilterEvaluator.evaluate(
            filter("random_sample(0.5)"), DATA, candidates, new SplittableRandom(7));
    assertThat(sample.matches().cardinality()).isEqualTo(50);
    assertThat(sample.matches().andNot(candidates).isEmpty()).isTrue();
  }

  @Test
  void oneRowIsLeftOfAnyAndNoneOfNone() {
    assertThat(sampleSize("id == 3 and random_sample(0.001)")).isEqualTo(1);
    assertThat(sampleSize("id == -3 and random_sample(0.9)")).isZero();
  }

  @Test
  void everyRowHasItsChance() {
    Bits seen = Bits.none(ROWS);
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 200; i++) {
      seen.or(FilterEvaluator.evaluate(filter("random_sample(0.1)"), DATA, random).matches());
    }
    assertThat(seen).isEqualTo(Bits.all(ROWS));
  }

  private static int sampleSize(String text) {
    return FilterEvaluator.evaluate(filter(text), DATA).matches().cardinality();
  }

  private static Filter filter(String text) {
    return FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
  }

  private static RowBatch rows() {
    return new RandomRows(new SplittableRandom(3)).rows(ROWS);
  }
}
