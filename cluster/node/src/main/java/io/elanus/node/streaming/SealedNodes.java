package io.elanus.node.streaming;

import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.function.Function;

/** Asks query nodes for what a view says that they hold. */
final class SealedNodes {
  private final Directory directory;
  private final Unreached unreached;

  SealedNodes(Directory directory, Unreached unreached) {
    this.directory = directory;
    this.unreached = unreached;
  }

  /**
   * @throws ElanusException SEGMENT_NOT_FOUND also when the node is gone or cannot be reached: the
   *     read may be begun again, for another node gets its segments
   */
  <T> T ask(long id, Function<QueryNode, T> question) {
    QueryNode node = directory.queryNodes().get(id);
    if (node == null) {
      unreached.tell(id);
      throw new ElanusException(ErrorCode.SEGMENT_NOT_FOUND, "a segment's query node is gone")
          .with("node", id);
    }
    try {
      return question.apply(node);
    } catch (ElanusException failed) {
      if (failed.code() != ErrorCode.UNAVAILABLE && failed.code() != ErrorCode.NOT_READY) {
        throw failed;
      }
      unreached.tell(id);
      throw new ElanusException(
              ErrorCode.SEGMENT_NOT_FOUND, "a segment's query node cannot be reached", failed)
          .with("node", id);
    }
  }
}
