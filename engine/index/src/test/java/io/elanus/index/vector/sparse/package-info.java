/** Tests of indexes of sparse rows. */
@NullMarked
package io.elanus.index.vector.sparse;

import org.jspecify.annotations.NullMarked;
