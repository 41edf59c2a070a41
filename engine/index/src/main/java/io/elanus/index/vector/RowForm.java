package io.elanus.index.vector;

import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;

/**
 * What the full rows of a graph are.
 *
 * @param distance what their kernel computes; under COSINE it is the inner product where rows are
 *     kept at length 1
 */
record RowForm(ElementType type, Distance distance, int dimension) {}
