/** Tests of vector indexes against exact answers. */
@NullMarked
package io.elanus.index.vector;

import org.jspecify.annotations.NullMarked;
