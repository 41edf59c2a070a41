package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeFollower;
import io.elanus.coordinator.FakeNode;
import io.elanus.roles.Catalogue;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.ResourceGroups;
import io.elanus.roles.ResourceGroups.Command;
import io.elanus.roles.ResourceGroups.Config;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Resource groups, and replicas that keep to them. */
class GroupsTest {
  private final Cluster cluster = new Cluster();
  private final QueryCoordinator query = cluster.query;
  private final Catalogue.Collection collection = cluster.create("c");

  @BeforeEach
  void join() {
    cluster.data.grant(Cluster.CHANNEL, 1);
    cluster.shardFollowers.put(1L, new FakeFollower());
    join(2);
    join(3);
    cluster.start();
    for (long id = 1; id <= 6; id++) {
      cluster.publish(1, Cluster.segment(collection, id, 2000));
    }
  }

  private void join(long id) {
    cluster.queryNodes.put(id, new FakeNode());
    cluster.shardFollowers.put(id, new FakeFollower());
  }

  private void create(String name, int requests, int limits) {
    query.arrange(new Command.Create(name, Config.of(requests, limits)));
  }

  private void update(String name, int requests, int limits) {
    query.arrange(new Command.Update(Map.of(name, Config.of(requests, limits))));
  }

  private void load(int replicas, String... groups) {
    query.load(
        new QueryCoord.Load(collection.id(), Set.of(), replicas, Set.of(), false, List.of(groups)));
  }

  private List<Long> nodes(String group) {
    return query.resourceGroup(group).nodes().stream().map(ResourceGroups.Node::id).toList();
  }

  private Set<Long> serving() {
    return query.placements(collection.id()).values().stream()
        .flatMap(Collection::stream)
        .collect(Collectors.toSet());
  }

  private static void refused(Runnable call, ErrorCode code, String fragment) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ElanusException.class, failed -> assertThat(failed.code()).isEqualTo(code))
        .hasMessageContaining(fragment);
  }

  @Test
  void aCollectionIsServedByTheNodesOfItsGroup() {
    create("apart", 2, 2);
    assertThat(query.resourceGroups()).containsExactly(ResourceGroups.DEFAULT, "apart");
    load(1, "apart");
    assertThat(serving()).isEqualTo(Set.copyOf(nodes("apart"))).hasSize(2);
    assertThat(query.resourceGroup("apart").replicas()).isEqualTo(Map.of(collection.id(), 1));
    assertThat(query.replicas(collection.id()).getFirst().group()).isEqualTo("apart");
    assertThat(query.replicas(collection.id()).getFirst().outbound()).isEmpty();
  }

  @Test
  void segmentsMoveWithTheNodesThatChangeHands() {
    load(1);
    cluster.background.runDelayed();
    create("apart", 1, 1);
    assertThat(nodes("apart")).containsExactly(3L);
    assertThat(serving()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(query.placements(collection.id())).isNotEmpty();
    assertThat(query.loadState(collection.id()).orElseThrow().percent()).isEqualTo(100);
    update("apart", 0, 0);
    assertThat(nodes("apart")).isEmpty();
    query.arrange(new Command.Drop("apart"));
    assertThat(query.resourceGroups()).containsExactly(ResourceGroups.DEFAULT);
    query.arrange(new Command.Drop("apart"));
  }

  @Test
  void aGroupThatLosesANodeGetsAnother() {
    create("apart", 1, 1);
    load(1, "apart");
    assertThat(serving()).containsExactly(3L);
    cluster.queryNodes.remove(3L);
    cluster.changed();
    assertThat(nodes("apart")).containsExactly(2L);
    assertThat(serving()).containsExactly(2L);
    join(4);
    cluster.changed();
    assertThat(nodes(ResourceGroups.DEFAULT)).containsExactly(1L, 4L);
    assertThat(serving()).containsExactly(2L);
  }

  @Test
  void aNodeIsReplacedBeforeItIsEmptied() {
    create("apart", 1, 1);
    load(1, "apart");
    query.drain(3);
    assertThat(nodes("apart")).containsExactly(2L, 3L);
    assertThat(serving()).containsExactly(2L);
  }

  @Test
  void aNodeThatLeavesCountsForNoReplicaAndForNoGroup() {
    query.drain(3);
    refused(() -> load(3), ErrorCode.RESOURCE_INSUFFICIENT, "3 replica");
    load(2);
    create("others", 9, 9);
    assertThat(nodes(ResourceGroups.DEFAULT)).containsExactly(3L);
    cluster.background.runDelayed();
    assertThat(serving()).as("the group has only what leaves").isEqualTo(Set.of(1L, 2L));
    assertThat(query.replicas(collection.id()))
        .extracting(QueryCoord.Replica::nodes)
        .doesNotContain(List.of());
  }

  @Test
  void replicasGoToOtherGroups() {
    load(1);
    create("apart", 1, 1);
    query.arrange(
        new Command.TransferReplicas(collection.id(), ResourceGroups.DEFAULT, "apart", 1));
    assertThat(serving()).containsExactly(3L);
    load(1, ResourceGroups.DEFAULT);
    assertThat(serving()).isSubsetOf(Set.of(1L, 2L));
    load(1);
    assertThat(query.replicas(collection.id()).getFirst().group())
        .isEqualTo(ResourceGroups.DEFAULT);
  }

  @Test
  void aReplicaInEachGroup() {
    create("apart", 1, 1);
    load(2, ResourceGroups.DEFAULT, "apart");
    assertThat(query.replicas(collection.id()))
        .extracting(QueryCoord.Replica::group)
        .containsExactly(ResourceGroups.DEFAULT, "apart");
    assertThat(query.placements(collection.id()).values())
        .allMatch(nodes -> nodes.size() == 2 && nodes.contains(3L));
    refused(
        () -> load(2, "apart"), ErrorCode.RESOURCE_GROUP_NODES_SHORT, "node not enough[rg=apart]");
  }

  @Test
  void withoutANodeAReplicaIsServedWhereItWas() {
    load(1);
    create("empty", 0, 0);
    query.arrange(
        new Command.TransferReplicas(collection.id(), ResourceGroups.DEFAULT, "empty", 1));
    assertThat(query.placements(collection.id())).isNotEmpty();
    QueryCoord.Replica replica = query.replicas(collection.id()).getFirst();
    assertThat(replica.outbound()).containsOnlyKeys(ResourceGroups.DEFAULT);
    assertThat(query.resourceGroup("empty").outgoing()).containsKey(collection.id());
    assertThat(query.resourceGroup(ResourceGroups.DEFAULT).incoming()).containsKey(collection.id());
    cluster.queryNodes.remove(1L);
    cluster.changed();
    assertThat(serving()).as("what was lost is on others").isNotEmpty().isSubsetOf(2L, 3L);
    update("empty", 1, 1);
    cluster.background.runDelayed();
    assertThat(query.replicas(collection.id()).getFirst().outbound()).isEmpty();
    assertThat(serving()).isEqualTo(Set.copyOf(nodes("empty")));
  }

  @Test
  void theNextCoordinatorLeavesEveryNodeInItsGroup() {
    create("apart", 1, 1);
    update("apart", 1, 2);
    load(1, "apart");
    Cluster next = cluster.restarted();
    next.queryNodes.putAll(cluster.queryNodes);
    next.shardFollowers.putAll(cluster.shardFollowers);
    next.start();
    assertThat(next.query.resourceGroup("apart").config()).isEqualTo(Config.of(1, 2));
    assertThat(next.query.resourceGroup("apart").nodes())
        .containsExactly(new ResourceGroups.Node(3, "", 0));
    assertThat(next.query.placements(collection.id()).values()).containsOnly(List.of(3L));
  }

  @Test
  void nodesAreTransferredByWhatGroupsAskFor() {
    create("apart", 0, 0);
    query.arrange(new Command.TransferNodes(ResourceGroups.DEFAULT, "apart", 2));
    assertThat(nodes("apart")).containsExactly(2L, 3L);
    assertThat(query.resourceGroup("apart").config()).isEqualTo(Config.of(2, 2));
    query.arrange(new Command.TransferNodes("apart", ResourceGroups.DEFAULT, 1));
    assertThat(nodes("apart")).hasSize(1);
    refused(
        () -> query.arrange(new Command.TransferNodes("apart", ResourceGroups.DEFAULT, 2)),
        ErrorCode.RESOURCE_GROUP_NODES_SHORT,
        "resource group node not enough[rg=apart][current=1][expected=2]");
  }

  @Test
  void whatCannotBeIsRefused() {
    create("apart", 1, 1);
    create("apart", 1, 1);
    refused(() -> create("apart", 1, 2), ErrorCode.RESOURCE_GROUP_EXISTS, "already exist");
    refused(() -> create("b", 2, 1), ErrorCode.RESOURCE_GROUP_ILLEGAL_CONFIG, "limits node num");
    refused(() -> create("b", -1, 1), ErrorCode.RESOURCE_GROUP_ILLEGAL_CONFIG, "less than 0");
    refused(() -> update("b", 1, 1), ErrorCode.RESOURCE_GROUP_NOT_FOUND, "not found[rg=b]");
    refused(() -> nodes("b"), ErrorCode.RESOURCE_GROUP_NOT_FOUND, "not found[rg=b]");
    refused(() -> load(1, "b"), ErrorCode.RESOURCE_GROUP_NOT_FOUND, "not found[rg=b]");
    var own = new Config(0, 0, List.of("b"), List.of(), Map.of());
    refused(
        () -> query.arrange(new Command.Create("b", own)),
        ErrorCode.RESOURCE_GROUP_ILLEGAL_CONFIG,
        "should not be itself");
    refused(
        () -> query.arrange(new Command.Drop(ResourceGroups.DEFAULT)),
        ErrorCode.INVALID_PARAMETER,
        "default resource group is not deletable");
    refused(
        () -> query.arrange(new Command.Drop("apart")),
        ErrorCode.INVALID_PARAMETER,
        "resource group's limits node num is not 0");
    load(1, "apart");
    update("apart", 0, 0);
    refused(
        () -> query.arrange(new Command.Drop("apart")),
        ErrorCode.INVALID_PARAMETER,
        "some replicas still loaded in resource group[apart], release it first");
    refused(
        () ->
            query.arrange(
                new Command.TransferReplicas(collection.id(), ResourceGroups.DEFAULT, "apart", 1)),
        ErrorCode.INVALID_PARAMETER,
        "only found [0] replicas in source resource group[__default_resource_group]");
    query.arrange(
        new Command.Update(
            Map.of(
                ResourceGroups.DEFAULT, new Config(0, 9, List.of("apart"), List.of(), Map.of()))));
    query.release(collection.id(), Set.of());
    refused(
        () -> query.arrange(new Command.Drop("apart")),
        ErrorCode.INVALID_PARAMETER,
        "is used by __default_resource_group's `TransferFrom`");
  }
}
