/**
 * Indexes over one vector column: the doors. {@link VectorIndexes} builds, opens and improvises
 * them by type, {@link MemoryForecast} tells what a build will take. Which families there are is
 * said by the packages below; none of them looks at this one, nor two at each other.
 *
 * <ul>
 *   <li>Shared by all: {@code file}, the file of an index; {@code scan}, what ranks and keeps the
 *       nearest; {@code rows}, vectors by slot and their codes.
 *   <li>Exact: {@code flat}. By centres: {@code clusters} finds them, {@code lists} searches by
 *       them. Graphs: {@code graph}, which {@code growing} adds rows to and {@code disk} keeps on
 *       disk. The others: {@code trees}, {@code signatures}, {@code sparse}.
 * </ul>
 *
 * <p>In each, a {@code …Build} writes a file and says what its sections hold, an {@code …Index}
 * beside it searches it. Memory is mapped and borrowed, but for that of a growing graph; the
 * arithmetic is in {@code io.elanus.vectors}.
 */
@NullMarked
package io.elanus.index.vector;

import org.jspecify.annotations.NullMarked;
