package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the heuristic as the papers have it, on small whole numbers, whose sums are exact. */
class NeighbourSelectionTest {
  private static final long SEED = 61;
  private static final int ROWS = 120;
  private static final int DIMENSION = 5;

  private static float distance(Metric metric, float[] x, float[] y) {
    float sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += metric == Metric.L2 ? (x[i] - y[i]) * (x[i] - y[i]) : -x[i] * y[i];
    }
    return sum;
  }

  /** Algorithm 4 of HNSW with DiskANN's alpha, then the nearest left out up to three quarters. */
  private static List<Integer> plain(
      Metric metric, float[][] rows, long[] pairs, int degree, float alpha, float offset) {
    List<Integer> chosen = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (long pair : pairs) {
      if (chosen.size() == degree) {
        break;
      }
      float[] row = rows[Ranked.row(pair)];
      if (pair != pairs[0] && Arrays.equals(row, rows[Ranked.row(pairs[0])])) {
        continue; // an equal of the nearest
      }
      float limit = (Ranked.distance(pair) + offset) / alpha;
      boolean apart =
          chosen.stream().noneMatch(one -> distance(metric, row, rows[one]) + offset < limit);
      (apart ? chosen : left).add(Ranked.row(pair));
    }
    for (int i = 0; i < left.size() && chosen.size() < (int) (degree * 0.75); i++) {
      chosen.add(left.get(i));
    }
    return chosen;
  }

  @ParameterizedTest
  @CsvSource({"L2,1,0", "L2,1.2,0", "L2,2,0", "IP,1,0", "IP,1.2,700", "IP,1.5,700"})
  void choosesWhatTheHeuristicChooses(Metric metric, float alpha, float offset) {
    for (long seed = SEED; seed < SEED + 60; seed++) {
      Random random = new Random(seed);
      int spread = 1 + random.nextInt(9); // few values: many ties and duplicates
      float[][] rows = new float[ROWS][DIMENSION];
      for (float[] row : rows) {
        for (int i = 0; i < DIMENSION; i++) {
          row[i] = random.nextInt(2 * spread + 1) - spread;
        }
      }
      try (Arena arena = Arena.ofConfined()) {
        Space space = Space.of(GraphRows.table(rows, metric, arena));
        NeighbourSelection selection = new NeighbourSelection(space, alpha, offset);
        for (int count : new int[] {0, 1, 7, 8, 9, 40, ROWS - 1}) {
          int degree = 1 + random.nextInt(40);
          long[] pairs = pairs(metric, rows, random.nextInt(ROWS), count);
          List<Integer> expected = plain(metric, rows, pairs, degree, alpha, offset);
          int chosen = selection.select(pairs, count, degree);
          List<Integer> found = Arrays.stream(pairs).limit(chosen).mapToObj(Ranked::row).toList();
          assertThat(found)
              .as("%s, %d candidates, degree %d, seed %d", metric, count, degree, seed)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** The nearest others of a slot, nearest first. */
  private static long[] pairs(Metric metric, float[][] rows, int slot, int count) {
    long[] pairs = new long[ROWS - 1];
    for (int i = 0, row = 0; row < ROWS; row++) {
      if (row != slot) {
        pairs[i++] = Ranked.of(distance(metric, rows[slot], rows[row]), row);
      }
    }
    Arrays.sort(pairs);
    return Arrays.copyOf(pairs, count);
  }

  /** The nearest rows all lie on one side: a far one on the other side is taken before them. */
  @Test
  void linksLeadInDifferentDirections() {
    float[][] rows = {{0, 0}, {10, 0}, {11, 0}, {12, 0}, {13, 0}, {-20, 0}, {0, 30}};
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      long[] pairs = new long[rows.length - 1];
      for (int row = 1; row < rows.length; row++) {
        pairs[row - 1] = Ranked.of(distance(Metric.L2, rows[0], rows[row]), row);
      }
      Arrays.sort(pairs);
      assertThat(new NeighbourSelection(space, 1, 0).select(pairs, pairs.length, 4)).isEqualTo(3);
      assertThat(Arrays.stream(pairs).limit(3).mapToObj(Ranked::row)).containsExactly(1, 5, 6);
    }
  }
}
