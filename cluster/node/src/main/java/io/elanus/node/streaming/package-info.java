/**
 * The streaming node: owns physical channels, stamps and appends writes, holds growing segments,
 * leads its shards for reads, flushes. {@link io.elanus.node.streaming.LeaderNode} is the door.
 *
 * <p>One loop a channel ({@code ChannelLoop}) changes all state of its shards; reads work on an
 * immutable snapshot of a shard. A read waits at the {@code ReadGate} for writes that it must see,
 * for the query nodes that it asks, and, when its snapshot went out of date under it, a moment
 * before it looks again ({@code ShardReads}); never for a flush or the log. Leaves to others: what
 * rows are and how they are searched (engine/segment), durability of bytes (storage/log), segment
 * life cycle after publication (DataCoord), placement and views (QueryCoord).
 */
@NullMarked
package io.elanus.node.streaming;

import org.jspecify.annotations.NullMarked;
