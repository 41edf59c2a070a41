package io.elanus.roles;

import io.elanus.schema.CollectionSchema;

/** Builds indexes. */
public interface IndexNode {
  /**
   * @param object key to write the index file to
   */
  record Build(
      Segments.Segment segment,
      CollectionSchema schema,
      IndexCoord.Definition definition,
      String object) {}

  /** Blocks until the index file is written; idempotent by object key. */
  Segments.IndexFile build(Build build);
}
