/**
 * Graphs over rows that are still being written: {@link GrowingGraph} is the door, {@link
 * GraphInsertion} links a row, readers walk what is linked of a {@link GrowingStage} while a writer
 * goes on. The walk itself is that of {@code graph}.
 */
@NullMarked
package io.elanus.index.vector.growing;

import org.jspecify.annotations.NullMarked;
