package io.elanus.index.vector.trees;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Inner products as distances (Bachrach et al. 2014): a further dimension, √(longest² − |x|²),
 * brings all rows x to the length of the longest, and the query, brought to that length with a 0
 * there, has the largest product with the row that it is nearest to.
 *
 * @param longest length of the longest row
 */
record Sphere(float longest) {
  /** Rows measured between two looks at whether to stop. */
  private static final int ROWS_PER_LOOK = 1024;

  /** Whether trees are over rows of one dimension more than theirs. */
  static boolean serves(Metric metric) {
    return metric == Metric.IP;
  }

  /** Of the longest of some rows, unless the build is cancelled meanwhile. */
  static Sphere over(RowTable rows, BuildContext context) {
    double squared = 0;
    for (int slot = 0; slot < rows.count(); slot++) {
      context.look(slot, ROWS_PER_LOOK);
      squared = Math.max(squared, squared(rows.values(slot)));
    }
    return new Sphere((float) Math.sqrt(squared));
  }

  /** Rows of one dimension more. */
  RowTable lift(RowTable rows, Workers workers, Arena arena) {
    int dimension = rows.dimension() + 1;
    int stride = ElementType.FLOAT32.paddedBytes(dimension);
    MemorySegment data = workers.context().allocate(arena, (long) rows.count() * stride);
    workers.run(
        rows.count(),
        (worker, slot) -> {
          float[] row = rows.values(slot);
          double rest = (double) longest * longest - squared(row);
          long at = (long) slot * stride;
          MemorySegment.copy(row, 0, data, IndexFileFormat.FLOAT, at, row.length);
          float last = (float) Math.sqrt(Math.max(0, rest));
          data.set(IndexFileFormat.FLOAT, at + 4L * row.length, last);
        });
    return new RowTable(ElementType.FLOAT32, rows.distance(), dimension, rows.count(), data);
  }

  /** A query on the sphere, without the further 0. */
  float[] query(float[] values) {
    double own = Math.sqrt(squared(values));
    float[] query = new float[values.length];
    for (int i = 0; i < query.length && own > 0; i++) {
      query[i] = (float) (values[i] * (longest / own));
    }
    return query;
  }

  private static double squared(float[] values) {
    double squared = 0;
    for (float value : values) {
      squared += (double) value * value;
    }
    return squared;
  }
}
