/**
 * Indexes over one vector column: exact scans, inverted lists, graphs and sparse postings, and the
 * files they live in.
 *
 * <p>{@link io.elanus.index.vector.VectorIndexes} is the door to what is built once, {@link
 * io.elanus.index.vector.GrowingGraph} to what grows while it is searched. Memory is mapped and
 * borrowed, but for that of a growing graph; the arithmetic is in {@code io.elanus.vectors}.
 */
@NullMarked
package io.elanus.index.vector;

import org.jspecify.annotations.NullMarked;
