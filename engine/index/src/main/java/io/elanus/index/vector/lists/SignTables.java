package io.elanus.index.vector.lists;

import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;

/**
 * Signs of turned residuals (Gao & Long 2024, RaBitQ), four dimensions to a code: its table holds
 * the sums and differences of four numbers of the query, and what all codes find adds up to b·q of
 * the signs b. With r·b = |r|₁, the estimate of r·(q − c) is |r|² ÷ |r|₁ × b·(q − c), without bias
 * for a random rotation; the part of it that is known without the query is the row's term. The
 * error grows with |q − c|: an inner product is estimated best from a query about as long as rows
 * are.
 */
record SignTables(int dimension) implements NibbleLists.Tables {
  private static final int PER_CODE = 4;

  public static int subspaces(int dimension) {
    return (dimension + PER_CODE - 1) / PER_CODE;
  }

  @Override
  public int width() {
    return PER_CODE;
  }

  @Override
  public float factor() {
    return 1;
  }

  @Override
  public float[] numbers() {
    float[] numbers = new float[subspaces(dimension) * PER_CODE << PER_CODE];
    for (int i = 0; i < dimension << PER_CODE; i++) {
      int bit = i >> PER_CODE & (PER_CODE - 1);
      numbers[i] = (i >> bit & 1) == 1 ? 1 : -1;
    }
    return numbers;
  }

  @Override
  public int candidates(int k) {
    return 12 * k + 80;
  }

  /** How far a row is from its centre, roughly, by its factor: |r| ÷ √(2 × dimension ÷ π). */
  static double length(float factor, int dimension) {
    return Math.abs(factor) * Math.sqrt(2 * dimension / Math.PI);
  }

  /** Encodes slots. */
  static void encode(
      RowTable turned,
      Clusters clusters,
      boolean squared,
      Workers workers,
      NibbleLists.Writer writer) {
    workers.run(
        clusters.slots(), (worker, slot) -> encode(turned, clusters, squared, slot, writer));
  }

  private static void encode(
      RowTable turned, Clusters clusters, boolean squared, int slot, NibbleLists.Writer writer) {
    float[] row = turned.values(clusters.order()[slot]);
    long centre = (long) clusters.list()[slot] * turned.stride();
    double norm = 0;
    double length = 0;
    double signsByCentre = 0;
    double residualByCentre = 0;
    int code = 0;
    for (int i = 0; i < row.length; i++) {
      float c = clusters.centres().get(IndexFileFormat.FLOAT, centre + 4L * i);
      float r = row[i] - c;
      norm += (double) r * r;
      length += Math.abs(r);
      signsByCentre += r >= 0 ? c : -c;
      residualByCentre += (double) r * c;
      code |= r >= 0 ? 1 << (i % PER_CODE) : 0;
      if (i % PER_CODE == PER_CODE - 1 || i == row.length - 1) {
        writer.code(slot, i / PER_CODE, code);
        code = 0;
      }
    }
    double factor = length > 0 ? norm / length : 0;
    if (squared) {
      writer.term(slot, (float) (norm + 2 * factor * signsByCentre));
      writer.factor(slot, (float) (-2 * factor));
    } else {
      writer.term(slot, (float) (factor * signsByCentre - residualByCentre));
      writer.factor(slot, (float) -factor);
    }
  }
}
