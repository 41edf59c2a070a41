/**
 * Layered graphs over slots: {@link GraphBuilder} makes them, {@link GraphRepair} mends and {@link
 * RecallMeasure} judges them, {@link HnswBuild} puts them into a file; {@link HnswSearch} searches
 * them by {@link GraphWalk} and, under a filter, by {@link FilteredWalk}. Graphs that grow while
 * they are searched are left to {@code growing}, nodes that stay on disk to {@code disk}.
 */
@NullMarked
package io.elanus.index.vector.graph;

import org.jspecify.annotations.NullMarked;
