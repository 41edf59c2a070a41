/** Tests of rows as indexes hold them. */
@NullMarked
package io.elanus.index.vector.rows;

import org.jspecify.annotations.NullMarked;
