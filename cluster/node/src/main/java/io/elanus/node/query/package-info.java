/**
 * The query node: holds sealed segments as mapped files and executes searches, queries and fetches
 * on them.
 *
 * <p>Leaves to others: what a segment is and how it is searched (engine/segment), how a read runs
 * over several (node/read), which segments to hold (QueryCoord), and waiting for timestamps (the
 * shard's leader).
 */
@NullMarked
package io.elanus.node.query;

import org.jspecify.annotations.NullMarked;
