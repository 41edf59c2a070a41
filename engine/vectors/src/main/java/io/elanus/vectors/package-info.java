/**
 * Distances between vectors, over memory that is not on the heap: of one query to many rows, and of
 * blocks of rows to many centres.
 *
 * <p>Owns arithmetic and the choice between its scalar and SIMD forms. Knows nothing of indexes,
 * filters, nulls or files. A row is given as (memory, base, stride, ordinal) and is padded with
 * zeros to a multiple of {@link io.elanus.vectors.ElementType#ALIGNMENT_BYTES}.
 *
 * <p>Where to begin:
 *
 * <ul>
 *   <li>{@link Kernels} chooses a {@link Kernel} for a type and a {@link Distance}; {@code Scalar…}
 *       is the specification, {@code Simd…} what runs where it can, {@code Starting…} the first
 *       until the compiler has seen the second ({@link KernelStart}).
 *   <li>Codes of rows are {@link RowCodes}: a byte or fewer bits an element ({@link ByteCodes},
 *       {@link PackedCodes}), a bit ({@link SignCodes}), parts of a codebook ({@link
 *       ProductCodes}).
 *   <li>Scans of many codes at once: {@link NibbleScan} for lists, {@link NibbleFilter} for rows
 *       with known errors. Many against many, for k-means, is {@link NearestCentres}; several
 *       queries of a scan ask a kernel one after the other while the cache has the block of rows.
 *   <li>{@link CheckedMemory} stands before raw addresses in checked mode.
 * </ul>
 */
@NullMarked
package io.elanus.vectors;

import org.jspecify.annotations.NullMarked;
