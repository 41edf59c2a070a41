/** Tests of the kernels. */
@NullMarked
package io.elanus.vectors;

import org.jspecify.annotations.NullMarked;
