/** Tests of graphs on disk. */
@NullMarked
package io.elanus.index.vector.disk;

import org.jspecify.annotations.NullMarked;
