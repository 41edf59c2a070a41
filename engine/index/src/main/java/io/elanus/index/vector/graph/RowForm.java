package io.elanus.index.vector.graph;

import io.elanus.index.vector.rows.Shapes;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;

/**
 * What the full rows of a graph are.
 *
 * @param distance what their kernel computes; under COSINE it is the inner product where rows are
 *     kept at length 1
 * @param askedInFloats whether their kernel takes float32 queries, as codes do, rather than ones of
 *     the type
 */
public record RowForm(ElementType type, Distance distance, int dimension, boolean askedInFloats) {
  /** The form of codes of rows. */
  static RowForm coded(DataType type, Metric metric, int dimension) {
    return new RowForm(Shapes.elements(type), Shapes.walkedDistance(metric), dimension, true);
  }
}
