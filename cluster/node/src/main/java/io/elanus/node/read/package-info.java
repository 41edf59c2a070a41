/**
 * Reads over any segments, for the query node's sealed ones as for the growing ones of a shard's
 * leader: which threads compute, how parts run side by side, how what they find is merged. {@link
 * io.elanus.node.read.SegmentReads} runs a read.
 *
 * <p>Leaves to others: what a segment is and how it is searched (engine/segment), which segments a
 * read asks (node/query, node/streaming), and waiting for timestamps (the shard's leader).
 */
@NullMarked
package io.elanus.node.read;

import org.jspecify.annotations.NullMarked;
