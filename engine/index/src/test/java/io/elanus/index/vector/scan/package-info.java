/** What keeps the nearest, alone. */
@NullMarked
package io.elanus.index.vector.scan;

import org.jspecify.annotations.NullMarked;
