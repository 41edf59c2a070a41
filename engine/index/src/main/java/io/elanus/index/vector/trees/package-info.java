/**
 * ANNOY: a forest of trees that halve rows along the direction they are spread most along, searched
 * from all roots by one queue.
 */
@NullMarked
package io.elanus.index.vector.trees;

import org.jspecify.annotations.NullMarked;
