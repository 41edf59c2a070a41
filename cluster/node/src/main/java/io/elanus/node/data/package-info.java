/**
 * The data node: compaction. And segments and delete files as objects, for all nodes.
 *
 * <p>Leaves to others: what the files hold (engine/segment, engine/index), when to compact and what
 * counts as published (DataCoord).
 */
@NullMarked
package io.elanus.node.data;

import org.jspecify.annotations.NullMarked;
