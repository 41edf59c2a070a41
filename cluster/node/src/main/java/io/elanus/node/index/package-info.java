/**
 * The index node: builds index files of flushed segments.
 *
 * <p>Leaves to others: what an index is (engine/index), which are wanted and when they are built
 * (IndexCoord).
 */
@NullMarked
package io.elanus.node.index;

import org.jspecify.annotations.NullMarked;
