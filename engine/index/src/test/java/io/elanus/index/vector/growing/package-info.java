/** Tests of graphs that grow. */
@NullMarked
package io.elanus.index.vector.growing;

import org.jspecify.annotations.NullMarked;
