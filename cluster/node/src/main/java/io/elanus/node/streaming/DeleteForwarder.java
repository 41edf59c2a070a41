package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.node.streaming.ShardSnapshot.OnNode;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.QueryNode.Deletes;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Arrays;
import java.util.List;

/**
 * Takes deletes to the query nodes that hold sealed segments of a shard's view, before the tick
 * passes. A node that cannot be told makes the shard unreadable until the next view, rather than
 * wrong.
 */
final class DeleteForwarder {
  private static final System.Logger LOG = System.getLogger(DeleteForwarder.class.getName());

  private final Directory directory;

  DeleteForwarder(Directory directory) {
    this.directory = directory;
  }

  /** One write's deletes to every node of the current view. */
  void forward(Shard shard, DeleteBuffer.Batch batch) {
    for (OnNode placed : shard.snapshot().sealed()) {
      try {
        send(placed, batch);
      } catch (RuntimeException failed) {
        LOG.log(WARNING, "a query node missed deletes of " + shard.channel(), failed);
        shard.markUnsure();
      }
    }
  }

  /** Buffered deletes to segments that join a view; throws when a node cannot be told. */
  void catchUp(OnNode placed, List<DeleteBuffer.Batch> batches) {
    for (DeleteBuffer.Batch batch : batches) {
      send(placed, batch);
    }
  }

  private void send(OnNode placed, DeleteBuffer.Batch batch) {
    QueryNode node = directory.queryNodes().get(placed.node());
    if (node == null) {
      throw new ElanusException(ErrorCode.NODE_NOT_FOUND, "a segment's query node is gone")
          .with("node", placed.node());
    }
    long[] timestamps = new long[batch.keys().size()];
    Arrays.fill(timestamps, batch.timestamp());
    node.delete(new Deletes(placed.segments(), batch.keys(), timestamps, batch.partition()));
  }
}
