/** Tests of indexes of signatures. */
@NullMarked
package io.elanus.index.vector.signatures;

import org.jspecify.annotations.NullMarked;
