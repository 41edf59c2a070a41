/** Tests of graphs in memory. */
@NullMarked
package io.elanus.index.vector.graph;

import org.jspecify.annotations.NullMarked;
