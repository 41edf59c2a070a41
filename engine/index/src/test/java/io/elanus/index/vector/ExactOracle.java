package io.elanus.index.vector;

import io.elanus.index.DenseRows;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.schema.Bits;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Answers by definition: double arithmetic over every row, kept in order of score, then row. */
public final class ExactOracle {
  private ExactOracle() {}

  record Hit(int row, float score) {}

  public static Neighbors search(
      DenseRows rows, Metric metric, MemorySegment query, int k, Bits eligible, ScoreRange range) {
    Comparator<Hit> byScore = Comparator.comparingDouble(Hit::score);
    Comparator<Hit> bestFirst =
        (metric.largerIsBetter() ? byScore.reversed() : byScore).thenComparingInt(Hit::row);
    PriorityQueue<Hit> worstFirst = new PriorityQueue<>(bestFirst.reversed());
    float[] q = numbers(rows, query, new float[rows.dimension()]);
    float[] x = new float[rows.dimension()];
    for (int row = 0; row < rows.count(); row++) {
      if (!eligible.get(row) || !rows.present().get(row)) {
        continue;
      }
      float score = (float) score(metric, q, numbers(rows, rows.row(row), x));
      boolean full = worstFirst.size() >= k;
      if (!range.accepts(score) || full && (k == 0 || worse(metric, score, worstFirst.peek()))) {
        continue;
      }
      if (full) {
        worstFirst.poll();
      }
      worstFirst.add(new Hit(row, score));
    }
    List<Hit> best = new ArrayList<>(worstFirst);
    best.sort(bestFirst);
    float[] scores = new float[best.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = best.get(i).score();
    }
    return new Neighbors(best.stream().mapToInt(Hit::row).toArray(), scores);
  }

  /** Or equal: rows come in rising order, so that the earlier of two equal ones stays. */
  private static boolean worse(Metric metric, float score, Hit worst) {
    int order = Float.compare(score, worst.score());
    return metric.largerIsBetter() ? order <= 0 : order >= 0;
  }

  public static double score(DenseRows rows, Metric metric, MemorySegment q, MemorySegment x) {
    int dimension = rows.dimension();
    return score(
        metric, numbers(rows, q, new float[dimension]), numbers(rows, x, new float[dimension]));
  }

  private static double score(Metric metric, float[] a, float[] b) {
    return switch (metric) {
      case L2, HAMMING -> squaredDistance(a, b);
      case IP -> dot(a, b);
      case COSINE -> {
        double aa = dot(a, a);
        double bb = dot(b, b);
        yield aa == 0 || bb == 0 ? 0 : dot(a, b) / Math.sqrt(aa * bb);
      }
      case JACCARD -> {
        double dot = dot(a, b);
        double both = dot(a, a) + dot(b, b);
        yield both == 0 ? 1 : 1 - dot / (both - dot);
      }
      case SUBSTRUCTURE -> dot(a, b) == dot(a, a) ? 0 : 1;
      case SUPERSTRUCTURE -> dot(a, b) == dot(b, b) ? 0 : 1;
      case MHJACCARD, NONE -> throw new AssertionError();
    };
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** The elements of a row, bits as 0 and 1, in the array given. */
  private static float[] numbers(DenseRows rows, MemorySegment row, float[] numbers) {
    ElementType type = Shapes.elements(rows.type());
    if (type != ElementType.BINARY) {
      Elements.decode(type, row, 0, numbers);
      return numbers;
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = row.get(ValueLayout.JAVA_BYTE, i / 8) >> (i % 8) & 1;
    }
    return numbers;
  }
}
