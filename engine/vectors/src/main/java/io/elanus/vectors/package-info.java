/**
 * Distances between vectors: one query against many rows, and many against many, over memory that
 * is not on the heap.
 *
 * <p>Owns arithmetic and the choice between its scalar and SIMD forms. Knows nothing of indexes,
 * filters, nulls or files. A row is given as (memory, base, stride, ordinal) and is padded with
 * zeros to a multiple of {@link io.elanus.vectors.ElementType#ALIGNMENT_BYTES}.
 */
@NullMarked
package io.elanus.vectors;

import org.jspecify.annotations.NullMarked;
