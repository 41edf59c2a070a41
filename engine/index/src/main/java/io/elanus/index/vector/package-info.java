/**
 * Indexes over one vector column: exact scans, inverted lists, graphs and sparse postings, and the
 * files they live in.
 *
 * <p>{@link io.elanus.index.vector.VectorIndexes} is the door to what is built once, {@link
 * io.elanus.index.vector.GrowingGraph} to what grows while it is searched. Memory is mapped and
 * borrowed, but for that of a growing graph; the arithmetic is in {@code io.elanus.vectors}.
 *
 * <p>Where to begin:
 *
 * <ul>
 *   <li>{@link IndexFileFormat} is the file of all; a {@code …Build} writes one and says what its
 *       sections hold, an {@code …Index} beside it searches it ({@link MappedIndex}).
 *   <li>Exact: {@link FlatIndex} in a file, {@link ExactIndex} over borrowed rows, both by {@link
 *       RowScan}; {@link SparseExactIndex} for sparse vectors.
 *   <li>Graphs: {@link GraphBuilder} makes them, {@link GraphWalk} walks them, {@link HnswSearch}
 *       searches them, with and without a filter; {@link GrowingGraph} adds {@link GraphInsertion}.
 * </ul>
 */
@NullMarked
package io.elanus.index.vector;

import org.jspecify.annotations.NullMarked;
