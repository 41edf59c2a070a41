package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeFollower;
import io.elanus.coordinator.FakeNode;
import io.elanus.roles.Catalogue;
import io.elanus.roles.QueryCoord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Collections with several replicas, whose nodes come and go. */
class ReplicasTest {
  private final Cluster cluster = new Cluster();
  private final QueryCoordinator query = cluster.query;
  private final Catalogue.Collection collection = cluster.create("c");
  private final String channel = collection.channels().getFirst();

  @BeforeEach
  void join() {
    cluster.data.grant(Cluster.CHANNEL, 1);
    cluster.shardFollowers.put(1L, new FakeFollower());
    join(2);
    cluster.start();
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
  }

  private void join(long id) {
    cluster.queryNodes.put(id, new FakeNode());
    cluster.shardFollowers.put(id, new FakeFollower());
  }

  private void leave(long id) {
    cluster.queryNodes.remove(id);
    cluster.shardFollowers.remove(id);
    cluster.changed();
  }

  private void load(int replicas) {
    query.load(new QueryCoord.Load(collection.id(), Set.of(), replicas, Set.of(), false));
  }

  private FakeFollower follower(long node) {
    return (FakeFollower) cluster.shardFollowers.get(node);
  }

  private List<QueryCoord.Shard> shards(int replica) {
    return query.replicas(collection.id()).get(replica).shards();
  }

  @Test
  void eachReplicaHasItsCopyAndItsLeader() {
    load(2);
    assertThat(query.placements(collection.id()).get(1L)).containsExactlyInAnyOrder(1L, 2L);
    assertThat(cluster.node.views.get(channel).placements()).isEqualTo(Map.of(1L, 1L));
    assertThat(follower(2).views.get(channel).placements()).isEqualTo(Map.of(1L, 2L));
    assertThat(shards(0)).containsExactly(new QueryCoord.Shard(channel, 1, List.of(1L)));
    assertThat(shards(1)).containsExactly(new QueryCoord.Shard(channel, 2, List.of(2L)));
    assertThat(query.loadState(collection.id()).orElseThrow().percent()).isEqualTo(100);
    assertThat(query.loadState(collection.id()).orElseThrow().replicas()).isEqualTo(2);
  }

  @Test
  void aReplicaWhoseOnlyNodeIsGoneComesBackWithTheNext() {
    load(2);
    leave(2);
    assertThat(shards(0)).hasSize(1);
    assertThat(shards(1)).isEmpty();
    assertThat(query.loadState(collection.id()).orElseThrow().percent()).isEqualTo(100);
    join(3);
    cluster.changed();
    assertThat(shards(1)).containsExactly(new QueryCoord.Shard(channel, 3, List.of(3L)));
    assertThat(follower(3).views).containsOnlyKeys(channel);
  }

  @Test
  void aFollowerThatForgotItsViewIsGivenAnother() {
    load(2);
    follower(2).fail();
    query.refresh(collection.id());
    assertThat(follower(2).views).containsOnlyKeys(channel);
  }

  @Test
  void aNodeThatLeavesLeadsNothingAnyMore() {
    join(3);
    cluster.changed();
    load(2);
    join(4);
    cluster.changed();
    long leader = shards(1).getFirst().leaderNode();
    query.drain(leader);
    assertThat(shards(1).getFirst().leaderNode()).isNotEqualTo(leader);
    assertThat(follower(leader).followed).isEmpty();
    assertThat(query.placements(collection.id()).get(1L)).hasSize(2).doesNotContain(leader);
  }

  @Test
  void theNextCoordinatorLeavesEverythingWhereItIs() {
    load(2);
    Cluster next = cluster.restarted();
    next.queryNodes.putAll(cluster.queryNodes);
    next.shardFollowers.putAll(cluster.shardFollowers);
    next.start();
    assertThat(next.query.replicas(collection.id()))
        .extracting(QueryCoord.Replica::shards)
        .containsExactly(
            List.of(new QueryCoord.Shard(channel, 1, List.of(1L))),
            List.of(new QueryCoord.Shard(channel, 2, List.of(2L))));
  }

  @Test
  void whatIsReleasedIsFollowedNoMore() {
    load(2);
    assertThatThrownBy(() -> load(1)).hasMessageContaining("can't change the replica number");
    query.release(collection.id(), Set.of());
    assertThat(follower(2).followed).isEmpty();
    assertThat(query.replicas(collection.id())).isEmpty();
    load(1);
    assertThat(query.replicas(collection.id())).hasSize(1);
  }

  @Test
  void aReplicaMoreThanNodesIsRefused() {
    assertThatThrownBy(() -> load(3))
        .hasMessageStartingWith("when load 3 replica count: service resource insufficient");
  }
}
