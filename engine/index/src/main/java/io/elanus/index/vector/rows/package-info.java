/**
 * The rows of an index by slot, in memory or mapped: as they are ({@link RowTable}), as codes
 * ({@link CodedRows}, {@link ProductRows}), or as a {@link Space} that is walked; which row of the
 * column a slot holds ({@link SlotRows}); and the threads that builds share ({@link Workers}).
 * Nothing here knows how an index finds its candidates.
 */
@NullMarked
package io.elanus.index.vector.rows;

import org.jspecify.annotations.NullMarked;
