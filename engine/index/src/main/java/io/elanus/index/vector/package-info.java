/**
 * Indexes over one vector column: exact scans, inverted lists, graphs and sparse postings, and the
 * files they live in.
 *
 * <p>{@link io.elanus.index.vector.VectorIndexes} is the only door. Memory is mapped and borrowed;
 * the arithmetic is in {@code io.elanus.vectors}.
 */
@NullMarked
package io.elanus.index.vector;

import org.jspecify.annotations.NullMarked;
