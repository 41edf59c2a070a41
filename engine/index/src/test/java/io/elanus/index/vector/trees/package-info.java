/** Tests of forests. */
@NullMarked
package io.elanus.index.vector.trees;

import org.jspecify.annotations.NullMarked;
