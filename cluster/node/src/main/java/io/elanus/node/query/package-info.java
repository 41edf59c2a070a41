/**
 * The query node: holds sealed segments as mapped files and executes searches, queries and fetches
 * on them. Its {@link io.elanus.node.query.SegmentReads} runs a read over any segments, growing
 * ones of a shard's leader too.
 *
 * <p>Leaves to others: what a segment is and how it is searched (engine/segment), which segments to
 * hold (QueryCoord), and waiting for timestamps (the shard's leader).
 */
@NullMarked
package io.elanus.node.query;

import org.jspecify.annotations.NullMarked;
