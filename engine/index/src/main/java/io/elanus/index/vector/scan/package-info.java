/**
 * What searches of all families rank by: pairs of distance and row ({@link Ranked}), the k nearest
 * of them ({@link TopK}), the memory of one searching thread ({@link Scratch}), and exact scans of
 * several queries over rows in blocks ({@link RowScan}). Where rows lie is left to the callers.
 */
@NullMarked
package io.elanus.index.vector.scan;

import org.jspecify.annotations.NullMarked;
