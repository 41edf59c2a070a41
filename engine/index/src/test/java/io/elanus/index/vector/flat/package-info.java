/** Tests of exact search. */
@NullMarked
package io.elanus.index.vector.flat;

import org.jspecify.annotations.NullMarked;
