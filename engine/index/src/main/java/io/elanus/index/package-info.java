/**
 * One column, searched: the contracts that vector and scalar indexes share, and the validation of
 * what a user asks for.
 *
 * <p>Owns index types, their parameters and the records of a vector search. Knows nothing of
 * segments, primary keys, timestamps or clusters: rows are ordinals, filters arrive as bit sets.
 * Implementations live in the rooms {@code vector} and {@code scalar}.
 */
@NullMarked
package io.elanus.index;

import org.jspecify.annotations.NullMarked;
