/**
 * Exact search: {@link FlatIndex} in a file, with {@link FlatCodes} by which {@link FlatFilter}
 * tells which rows are worth a full comparison, and {@link ExactIndex} over borrowed rows, the
 * judge of all others. Sparse rows are left to {@code sparse}.
 */
@NullMarked
package io.elanus.index.vector.flat;

import org.jspecify.annotations.NullMarked;
