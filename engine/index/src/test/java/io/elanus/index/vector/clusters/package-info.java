/** Tests of how rows are clustered. */
@NullMarked
package io.elanus.index.vector.clusters;

import org.jspecify.annotations.NullMarked;
