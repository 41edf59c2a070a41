/** Tests of index files. */
@NullMarked
package io.elanus.index.vector.file;

import org.jspecify.annotations.NullMarked;
