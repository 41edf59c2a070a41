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

/** Answers by definition: double arithmetic over every row and a sort. */
public final class ExactOracle {
  private ExactOracle() {}

  record Hit(int row, float score) {}

  public static Neighbors search(
      DenseRows rows, Metric metric, MemorySegment query, int k, Bits eligible, ScoreRange range) {
    List<Hit> hits = new ArrayList<>();
    for (int row = 0; row < rows.count(); row++) {
      float score = (float) score(rows, metric, query, rows.row(row));
      if (eligible.get(row) && rows.present().get(row) && range.accepts(score)) {
        hits.add(new Hit(row, score));
      }
    }
    Comparator<Hit> byScore = Comparator.comparing(Hit::score);
    hits.sort((metric.largerIsBetter() ? byScore.reversed() : byScore).thenComparing(Hit::row));
    List<Hit> best = hits.subList(0, Math.min(k, hits.size()));
    float[] scores = new float[best.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = best.get(i).score();
    }
    return new Neighbors(best.stream().mapToInt(Hit::row).toArray(), scores);
  }

  public static double score(DenseRows rows, Metric metric, MemorySegment q, MemorySegment x) {
    double[] a = numbers(rows, q);
    double[] b = numbers(rows, x);
    double l2 = 0;
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      l2 += (a[i] - b[i]) * (a[i] - b[i]);
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return switch (metric) {
      case L2, HAMMING -> l2;
      case IP -> dot;
      case COSINE -> aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
      case JACCARD -> aa + bb == 0 ? 1 : 1 - dot / (aa + bb - dot);
      case SUBSTRUCTURE -> dot == aa ? 0 : 1;
      case SUPERSTRUCTURE -> dot == bb ? 0 : 1;
      case MHJACCARD, NONE -> throw new AssertionError();
    };
  }

  private static double[] numbers(DenseRows rows, MemorySegment row) {
    double[] numbers = new double[rows.dimension()];
    ElementType type = Shapes.elements(rows.type());
    if (type == ElementType.BINARY) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = row.get(ValueLayout.JAVA_BYTE, i / 8) >> (i % 8) & 1;
      }
      return numbers;
    }
    float[] values = new float[numbers.length];
    Elements.decode(type, row, 0, values);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values[i];
    }
    return numbers;
  }
}
