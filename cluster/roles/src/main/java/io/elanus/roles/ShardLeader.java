package io.elanus.roles;

import io.elanus.schema.RowBatch;

/**
 * Leads one or more shards of a replica for reads. Reads wait until everything up to their
 * timestamp has been applied.
 */
public interface ShardLeader {
  Reads.Hits search(String channel, Reads.Search search);

  Reads.Found query(String channel, Reads.Query query);

  /** The rows of hits; a row whose segment was replaced meanwhile is found again by its key. */
  RowBatch fetch(String channel, Reads.Fetch fetch);

  sealed interface Switched {}

  record Done() implements Switched {}

  /**
   * Newer deletes were dropped from memory already: load the delete files again, up to this
   * timestamp at least.
   */
  record DeletesMissing(long upTo) implements Switched {}

  /**
   * Makes the view current. Growing segments that it contains are let go; replaced segments are not
   * read any more.
   */
  Switched switchView(Segments.View view);

  /** The shard is released: reads stop, flushed growing segments are let go. */
  void dropView(String channel);
}
