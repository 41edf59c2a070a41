package io.elanus.roles;

import io.elanus.schema.CollectionSchema;
import java.util.List;

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

  /**
   * Blocks until the index file is written; idempotent by object key.
   *
   * @throws io.elanus.schema.ElanusException CANCELLED where it was told to end
   */
  Segments.IndexFile build(Build build);

  /** Tells a build of a vector index to end soon, if it runs here: nobody wants it any more. */
  void cancel(long segmentId, long indexId);

  /**
   * A build of a vector index that has begun; those of scalars are short.
   *
   * @param done share of its work, 0 to 1
   */
  record Running(long segmentId, long indexId, double done) {}

  /** The vector builds of this node, those that wait for memory with nothing done. */
  List<Running> running();
}
