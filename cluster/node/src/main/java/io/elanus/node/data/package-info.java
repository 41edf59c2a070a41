/**
 * The data node: compaction. And the layout of the object store that all nodes share: {@code
 * segments/<collection>/<segment>/…}, {@code deletes/<channel>/…}, {@code indexes/…}.
 *
 * <p>Leaves to others: what the files hold (engine/segment, engine/index), when to compact and what
 * counts as published (DataCoord).
 */
@NullMarked
package io.elanus.node.data;

import org.jspecify.annotations.NullMarked;
