/** Tests of inverted files. */
@NullMarked
package io.elanus.index.vector.lists;

import org.jspecify.annotations.NullMarked;
