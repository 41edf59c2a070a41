package io.elanus.node.fakes;

import io.elanus.expression.Filter;
import io.elanus.node.streaming.FollowerNode;
import io.elanus.roles.Catalogue;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.ShardLeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A further replica of a table: a node that follows, and a query node of its own. */
public final class Follower {
  private final TestCluster cluster;
  private final TestTable table;
  private final long queryNode;
  private final FollowerNode node;
  private Map<Long, Long> placed = Map.of();

  public Follower(TestCluster cluster, TestTable table, long queryNode) {
    this.cluster = cluster;
    this.table = table;
    this.queryNode = queryNode;
    cluster.queryCoord().keepOff(queryNode);
    cluster.join(queryNode);
    node = cluster.follower();
    node.follow(table.channel());
  }

  public FollowerNode node() {
    return node;
  }

  /** Switches to all that is flushed now. */
  public void handOff() {
    Catalogue.Collection collection =
        cluster.rootCoord().findCollectionById(table.id()).orElseThrow();
    List<Segments.Segment> flushed = cluster.dataCoord().flushedSegments(table.id());
    Map<Long, Long> placements = new HashMap<>();
    flushed.forEach(segment -> placements.put(segment.id(), queryNode));
    for (int attempt = 0; attempt < 5; attempt++) {
      List<Segments.DeleteFile> deletes = cluster.dataCoord().deleteFiles(table.channel());
      flushed.forEach(segment -> load(collection, segment, deletes));
      long inFiles =
          flushed.stream()
              .mapToLong(Segments.Segment::deletesAppliedUpTo)
              .min()
              .orElse(Long.MAX_VALUE);
      long newest = deletes.stream().mapToLong(Segments.DeleteFile::maxTimestamp).max().orElse(0);
      var view =
          new Segments.View(
              table.channel(),
              cluster.rootCoord().allocateTimestamps(1).first(),
              Set.of(),
              placements,
              Math.max(newest, inFiles));
      if (node.switchView(view) instanceof ShardLeader.Done) {
        release(placements);
        return;
      }
    }
    throw new AssertionError("the view could not be switched");
  }

  private void load(
      Catalogue.Collection collection,
      Segments.Segment segment,
      List<Segments.DeleteFile> deletes) {
    cluster
        .queryNodes()
        .get(queryNode)
        .load(new QueryNode.Load(segment, collection.schema(), Set.of(), List.of(), deletes));
  }

  private void release(Map<Long, Long> placements) {
    List<Long> gone =
        placed.keySet().stream().filter(segment -> !placements.containsKey(segment)).toList();
    cluster.queryNodes().get(queryNode).release(gone);
    placed = placements;
  }

  /** Version of each visible key. */
  public Map<Long, Long> all(long timestamp) {
    return TestTable.versions(
        node.query(
                table.channel(),
                new Reads.Query(
                    new Reads.Scope(timestamp, Set.of(), 0, false, table.schema().version()),
                    new Filter.Everything(),
                    -1,
                    false,
                    List.of(TestTable.VERSION, TestTable.VECTOR)))
            .rows());
  }
}
