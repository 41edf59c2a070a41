/** MINHASH_LSH: bands of signatures, sorted by hash, whose collisions are judged exactly. */
@NullMarked
package io.elanus.index.vector.signatures;

import org.jspecify.annotations.NullMarked;
