package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.DenseRows;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Judges the answers of an index by the exact ones. */
public record IndexChecks(VectorIndex index, DenseRows rows, Map<String, Object> search) {
  public Neighbors search(MemorySegment query, int k, Bits eligible, ScoreRange range) {
    return index.search(
        new VectorQuery(query, k, eligible, SearchParameters.of(index.spec(), k, search), range));
  }

  /**
   * Share of the k nearest that are found, over some queries; every hit is checked for its score,
   * its order and its filter.
   */
  public double recall(SampleRows sample, int queries, int k, Bits eligible) {
    return recall(Stream.generate(sample::vector).limit(queries).toList(), k, eligible);
  }

  double recall(List<MemorySegment> queries, int k, Bits eligible) {
    int hits = 0;
    int wanted = 0;
    for (MemorySegment query : queries) {
      Neighbors found = search(query, k, eligible, ScoreRange.NONE);
      Neighbors truth =
          ExactOracle.search(rows, index.spec().metric(), query, k, eligible, ScoreRange.NONE);
      assertThat(found.count()).isEqualTo(truth.count());
      checkHits(found, query, eligible);
      float worst = truth.count() == 0 ? 0 : truth.scores()[truth.count() - 1];
      for (float score : found.scores()) {
        float tolerance = 1e-4f * (1 + Math.abs(worst));
        boolean asGood =
            index.spec().metric().largerIsBetter()
                ? score >= worst - tolerance
                : score <= worst + tolerance;
        hits += asGood ? 1 : 0;
      }
      wanted += truth.count();
    }
    return wanted == 0 ? 1 : (double) hits / wanted;
  }

  public void checkHits(Neighbors found, MemorySegment query, Bits eligible) {
    assertThat(found.rows()).doesNotHaveDuplicates();
    for (int i = 0; i < found.count(); i++) {
      int row = found.rows()[i];
      assertThat(eligible.get(row) && rows.present().get(row)).as("row %d", row).isTrue();
      float own = (float) ExactOracle.score(rows, index.spec().metric(), query, rows.row(row));
      assertThat(found.scores()[i]).isCloseTo(own, within(1e-4f * (1 + Math.abs(own))));
      if (i > 0) {
        assertThat(index.spec().metric().better(found.scores()[i], found.scores()[i - 1]))
            .isFalse();
      }
    }
  }
}
