/** Tests of the index contracts. */
@NullMarked
package io.elanus.index;

import org.jspecify.annotations.NullMarked;
