/**
 * The streaming node: owns physical channels, stamps and appends writes, holds growing segments,
 * leads its shards for reads, flushes. {@link io.elanus.node.streaming.LeaderNode} is the door.
 *
 * <p>One loop a channel ({@code ChannelLoop}) changes all state of its shards; reads work on an
 * immutable snapshot of a shard and wait at the {@code ReadGate} only. Leaves to others: what rows
 * are and how they are searched (engine/segment), durability of bytes (storage/log), segment life
 * cycle after publication (DataCoord), placement and views (QueryCoord).
 */
@NullMarked
package io.elanus.node.streaming;

import org.jspecify.annotations.NullMarked;
