/**
 * Layered graphs over slots. A {@link GraphDraft} has {@link GraphBuilder} grow one, {@link
 * GraphRepair} mend and {@link RecallMeasure} judge it; {@link HnswBuild} puts it into a file;
 * {@link HnswSearch} searches it by {@link GraphWalk} and {@link PagedWalk} or, under a filter, by
 * {@link FilteredSearch}. Graphs that grow while they are searched are left to {@code growing},
 * nodes that stay on disk to {@code disk}.
 */
@NullMarked
package io.elanus.index.vector.graph;

import org.jspecify.annotations.NullMarked;
