/**
 * ANNOY: a forest of trees that split rows by planes between two means, searched from all roots by
 * one queue.
 */
@NullMarked
package io.elanus.index.vector.trees;

import org.jspecify.annotations.NullMarked;
