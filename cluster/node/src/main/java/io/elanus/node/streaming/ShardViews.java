package io.elanus.node.streaming;

import io.elanus.node.streaming.ShardSnapshot.OnNode;
import io.elanus.roles.Segments.View;
import io.elanus.roles.ShardLeader.DeletesMissing;
import io.elanus.roles.ShardLeader.Done;
import io.elanus.roles.ShardLeader.Switched;
import java.util.List;
import java.util.Set;

/** Makes views current, between two changes of the shard: in the loop of whoever keeps it. */
final class ShardViews {
  private final DeleteForwarder forwarder;
  private final GraphUpkeep graphs;

  ShardViews(DeleteForwarder forwarder, GraphUpkeep graphs) {
    this.forwarder = forwarder;
    this.graphs = graphs;
  }

  /**
   * No write is applied meanwhile, so segments that join the view get every delete that they may
   * lack before a read can meet them.
   *
   * @param covered growing segments whose rows the view's segments hold
   */
  Switched switchTo(Shard shard, View view, Set<Long> covered) {
    long current = shard.snapshot().view().map(View::version).orElse(Long.MIN_VALUE);
    if (view.version() < current || shard.dropped()) {
      return new Done();
    }
    List<OnNode> joining = ShardSnapshot.joining(shard.snapshot(), view);
    if (!joining.isEmpty()) {
      if (shard.deletes().droppedUpTo() > view.deletesUpTo()) {
        return new DeletesMissing(shard.deletes().droppedUpTo());
      }
      List<DeleteBuffer.Batch> later = shard.deletes().after(view.deletesUpTo());
      joining.forEach(placed -> forwarder.catchUp(placed, later));
    }
    shard.switchTo(view, covered);
    shard.snapshot().local().forEach(graphs::consider);
    forwarder.viewSwitched(shard);
    return new Done();
  }
}
