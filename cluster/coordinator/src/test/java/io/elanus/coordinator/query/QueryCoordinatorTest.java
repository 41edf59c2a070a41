package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeNode;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Ddl;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.ShardLeader;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryCoordinatorTest {
  private final Cluster cluster = new Cluster();
  private final QueryCoordinator query = cluster.query;
  private final Catalogue.Collection collection = cluster.create("c");
  private final String channel = collection.channels().getFirst();

  @BeforeEach
  void own() {
    cluster.data.grant(Cluster.CHANNEL, 1);
    cluster.node.calls.clear();
  }

  private void load() {
    query.load(new QueryCoord.Load(collection.id(), Set.of(), 1, Set.of(), false));
  }

  private Segments.Segment segment(long id) {
    return Cluster.segment(collection, id, 2000);
  }

  private void defineIndex() {
    cluster.index.create(
        new IndexCoord.Definition(
            0, collection.id(), 101, "v", "", Map.of("index_type", "HNSW"), 0));
  }

  @Test
  void anEmptyCollectionIsLoadedWithAnEmptyView() {
    load();
    assertThat(cluster.node.calls).containsExactly("switchView(" + channel + " {} deletes 0)");
    assertThat(query.loadState(collection.id()).orElseThrow().percent()).isEqualTo(100);
    assertThat(cluster.forgotten).contains(collection.id());
    QueryCoord.Replica replica = query.replicas(collection.id()).getFirst();
    assertThat(replica.shards()).containsExactly(new QueryCoord.Shard(channel, 1, List.of(1L)));
    load();
    assertThat(cluster.node.calls).hasSize(1);
  }

  @Test
  void whatIsFlushedIsLoadedAndTheViewSwitched() {
    cluster.publish(1, segment(1));
    load();
    assertThat(cluster.node.calls)
        .containsExactly(
            "load(1 v0 indexes 0 deletes 0)", "switchView(" + channel + " {1=1} deletes 15)");
    assertThat(query.placements(collection.id())).isEqualTo(Map.of(1L, List.of(1L)));
  }

  @Test
  void aSegmentFlushedLaterEntersWithItsIndex() {
    defineIndex();
    load();
    cluster.node.calls.clear();
    cluster.publish(1, segment(1));
    assertThat(cluster.node.calls)
        .containsExactly(
            "build(1 v)",
            "load(1 v0 indexes 1 deletes 0)",
            "switchView(" + channel + " {1=1} deletes 15)");
  }

  @Test
  void aFreshLoadScansAndAttachesTheIndexWithoutAnotherView() {
    cluster.publish(1, segment(1));
    load();
    cluster.node.calls.clear();
    defineIndex();
    assertThat(cluster.node.calls).containsExactly("build(1 v)", "load(1 v0 indexes 1 deletes 0)");
  }

  @Test
  void deletesThatTheLeaderForgotComeFromFiles() {
    cluster.publish(1, segment(1));
    cluster.node.switches.add(new ShardLeader.DeletesMissing(40));
    cluster.data.publish(
        new DataCoord.Publish(
            1,
            List.of(),
            List.of(),
            List.of(new Segments.DeleteFile("deletes/x", channel, 5, 30, 40)),
            List.of(),
            Map.of()));
    load();
    assertThat(cluster.node.calls)
        .containsExactly(
            "load(1 v0 indexes 0 deletes 1)",
            "switchView(" + channel + " {1=1} deletes 40)",
            "load(1 v0 indexes 0 deletes 1)",
            "switchView(" + channel + " {1=1} deletes 40)");
  }

  @Test
  void anEmptyViewClaimsWhatTheLeaderAsksFor() {
    cluster.node.switches.add(new ShardLeader.DeletesMissing(99));
    load();
    assertThat(cluster.node.calls)
        .containsExactly(
            "switchView(" + channel + " {} deletes 0)",
            "switchView(" + channel + " {} deletes 99)");
  }

  @Test
  void compactionReplacesItsInputsInOneSwitch() {
    load();
    cluster.publish(1, segment(1), segment(2));
    cluster.node.calls.clear();
    cluster.publish(1, segment(3));
    assertThat(cluster.node.calls)
        .satisfiesExactly(
            call -> assertThat(call).startsWith("load(3 "),
            call -> assertThat(call).contains("{1=1, 2=1, 3=1}"),
            call -> assertThat(call).isEqualTo("compact([1, 2, 3])"),
            call -> assertThat(call).startsWith("load("),
            call -> assertThat(call).startsWith("switchView").doesNotContain(", "),
            call -> assertThat(call).isEqualTo("release([1, 2, 3])"));
  }

  @Test
  void aFailedLoadIsRepeatedWithFreshDeletes() {
    cluster.publish(1, segment(1), segment(2));
    cluster.node.failures.addAll(List.of("switchView"));
    load();
    assertThat(query.loadState(collection.id()).orElseThrow().percent()).isLessThan(100);
    cluster.node.calls.clear();
    cluster.background.runDelayed();
    assertThat(cluster.node.calls)
        .startsWith("release([1, 2])")
        .endsWith("switchView(" + channel + " {1=1, 2=1} deletes 15)");
    assertThat(query.loadState(collection.id()).orElseThrow().percent()).isEqualTo(100);
  }

  @Test
  void releasingDropsViewsAndSegments() {
    cluster.publish(1, segment(1));
    load();
    cluster.node.calls.clear();
    query.release(collection.id(), Set.of());
    assertThat(cluster.node.calls).containsExactly("dropView(" + channel + ")", "release([1])");
    assertThat(query.loadState(collection.id())).isEmpty();
    assertThat(query.replicas(collection.id())).isEmpty();
    query.release(collection.id(), Set.of());
  }

  @Test
  void partitionsAreLoadedAndReleasedOneByOne() {
    cluster.root.execute(new Ddl.CreatePartition("default", "c", "p"));
    Catalogue.Collection now = cluster.root.findCollection("default", "c").orElseThrow();
    long first = now.partitions().get(0).id();
    long second = now.partitions().get(1).id();
    cluster.publish(1, segment(1));
    query.load(new QueryCoord.Load(collection.id(), Set.of(second), 1, Set.of(), false));
    assertThat(cluster.node.calls)
        .containsExactly("switchView(" + channel + " {} of [" + second + "] deletes 0)");
    query.load(new QueryCoord.Load(collection.id(), Set.of(first), 1, Set.of(), false));
    assertThat(query.loadState(collection.id()).orElseThrow().partitions())
        .containsExactlyInAnyOrder(first, second);
    assertThat(query.placements(collection.id())).containsOnlyKeys(1L);
    query.release(collection.id(), Set.of(first));
    assertThat(query.loadState(collection.id()).orElseThrow().partitions()).containsExactly(second);
    assertThat(query.placements(collection.id())).isEmpty();
    load();
    assertThat(query.loadState(collection.id()).orElseThrow().partitions()).isEmpty();
    query.release(collection.id(), Set.of(second));
    assertThat(query.loadState(collection.id()).orElseThrow().partitions()).containsExactly(first);
    query.release(collection.id(), Set.of(first));
    assertThat(query.loadState(collection.id())).isEmpty();
  }

  @Test
  void whatIsLoadedStaysReadableWhileMoreIsLoadedOrReleased() {
    cluster.root.execute(new Ddl.CreatePartition("default", "c", "p"));
    Catalogue.Collection now = cluster.root.findCollection("default", "c").orElseThrow();
    long first = now.partitions().get(0).id();
    long second = now.partitions().get(1).id();
    cluster.node.failures.add("switchView");
    query.load(new QueryCoord.Load(collection.id(), Set.of(first), 1, Set.of(), false));
    assertThat(state().readable()).isEmpty();
    cluster.background.runDelayed();
    assertThat(state().readable()).contains(Set.of(first));
    cluster.node.failures.add("switchView");
    query.load(new QueryCoord.Load(collection.id(), Set.of(second), 1, Set.of(), false));
    assertThat(state().percent()).isLessThan(100);
    assertThat(state().partitions()).containsExactlyInAnyOrder(first, second);
    assertThat(state().readable()).contains(Set.of(first));
    cluster.background.runDelayed();
    assertThat(state().percent()).isEqualTo(100);
    assertThat(state().readable()).contains(Set.of(first, second));
    cluster.node.failures.add("switchView");
    query.release(collection.id(), Set.of(first));
    assertThat(state().readable()).contains(Set.of(second));
    cluster.background.runDelayed();
    assertThat(state().percent()).isEqualTo(100);
    assertThat(state().readable()).contains(Set.of(second));
  }

  private QueryCoord.LoadState state() {
    return query.loadState(collection.id()).orElseThrow();
  }

  @Test
  void moreReplicasAndOtherFieldsAreRefused() {
    assertThatThrownBy(
            () -> query.load(new QueryCoord.Load(collection.id(), Set.of(), 3, Set.of(), false)))
        .hasMessageStartingWith("when load 3 replica count: service resource insufficient");
    load();
    assertThatThrownBy(() ->
            query.load(new QueryCoord.Load(collection.id(), Set.of(), 1, Set.of(100L), false)))
        .hasMessageContaining("can't change the load field list for loaded collection now");
    assertThatThrownBy(() -> query.load(new QueryCoord.Load(4711, Set.of(), 1, Set.of(), false)))
        .hasMessageStartingWith("collection not found");
  }

  @Test
  void theLoadStateSurvivesAndTheStartLoadsAgain() {
    cluster.publish(1, segment(1));
    load();
    Cluster next = cluster.killed();
    assertThat(next.query.loadState(collection.id()).orElseThrow().percent()).isZero();
    next.start();
    assertThat(next.query.loadState(collection.id()).orElseThrow().percent()).isEqualTo(100);
    assertThat(next.node.loads).containsOnlyKeys(1L);
  }

  @Test
  void aNewCoordinatorReleasesStrays() {
    cluster.publish(1, segment(1));
    load();
    cluster.node.loads.put(77L, cluster.node.loads.get(1L));
    Cluster next = cluster.restarted();
    next.start();
    assertThat(cluster.node.loads).containsOnlyKeys(1L);
  }

  @Test
  void aSchemaChangeReachesLoadedSegmentsBeforeItIsDone() {
    cluster.publish(1, segment(1));
    load();
    cluster.node.calls.clear();
    cluster.root.execute(
        new Ddl.AddField("default", "c", Cluster.field("x", DataType.INT8, false, true)));
    assertThat(cluster.node.calls)
        .containsExactly("changeSchema(" + channel + " v1)", "load(1 v1 indexes 0 deletes 0)");
  }

  @Test
  void droppingALoadedCollectionLetsEverythingGo() {
    cluster.publish(1, segment(1));
    load();
    cluster.node.calls.clear();
    cluster.root.execute(new Ddl.DropCollection("default", "c"));
    assertThat(cluster.node.calls)
        .containsExactly("dropView(" + channel + ")", "release([1])", "dropShard(" + channel + ")");
    assertThat(query.loadState(collection.id())).isEmpty();
  }

  @Test
  void truncatingEmptiesTheViewBeforeItReturns() {
    cluster.publish(1, segment(1));
    load();
    cluster.root.execute(new Ddl.Truncate("default", "c"));
    assertThat(cluster.node.views.get(channel).placements()).isEmpty();
    assertThat(cluster.node.loads).isEmpty();
  }

  @Test
  void segmentsOfALostNodeMoveToAnother() {
    defineIndex();
    cluster.publish(1, segment(1));
    load();
    var other = new io.elanus.coordinator.FakeNode();
    cluster.queryNodes.clear();
    cluster.queryNodes.put(2L, other);
    query.refresh(collection.id());
    assertThat(other.loads).containsOnlyKeys(1L);
    assertThat(query.placements(collection.id())).isEqualTo(Map.of(1L, List.of(2L)));
  }

  private FakeNode join(long id) {
    var node = new FakeNode();
    cluster.queryNodes.put(id, node);
    return node;
  }

  private void startLoaded(long segments) {
    for (long id = 1; id <= segments; id++) {
      cluster.publish(1, segment(id));
    }
    query.start();
    load();
    cluster.node.calls.clear();
  }

  @Test
  void aChangeThatConcernsNothingDoesNothing() {
    startLoaded(2);
    int told = cluster.forgotten.size();
    cluster.changed();
    cluster.changed();
    assertThat(cluster.node.calls).isEmpty();
    assertThat(cluster.forgotten).hasSize(told);
    assertThat(cluster.background.delayed()).isZero();
  }

  @Test
  void segmentsOfANodeThatGoesAreServedElsewhereAtOnce() {
    FakeNode other = join(2);
    startLoaded(2);
    assertThat(query.placements(collection.id()))
        .isEqualTo(Map.of(1L, List.of(1L), 2L, List.of(2L)));
    cluster.queryNodes.remove(2L);
    other.calls.clear();
    cluster.changed();
    assertThat(cluster.node.calls)
        .containsExactly(
            "load(2 v0 indexes 0 deletes 0)", "switchView(" + channel + " {1=1, 2=1} deletes 25)");
    assertThat(other.calls).isEmpty();
  }

  @Test
  void aNodeThatALeaderCannotReachLeavesTheViewsOfThatLeader() {
    join(2);
    startLoaded(2);
    cluster.node.calls.clear();
    query.cannotReach(9, 2); // leads nothing
    assertThat(cluster.node.calls).isEmpty();
    query.cannotReach(1, 2);
    assertThat(query.placements(collection.id()))
        .isEqualTo(Map.of(1L, List.of(1L), 2L, List.of(1L)));
    assertThat(cluster.node.calls)
        .containsExactly(
            "load(2 v0 indexes 0 deletes 0)", "switchView(" + channel + " {1=1, 2=1} deletes 25)");
    query.refresh(collection.id());
    assertThat(query.placements(collection.id()).get(2L)).isEqualTo(List.of(1L));
    cluster.node.calls.clear();
    cluster.background.runDelayed();
    assertThat(cluster.node.calls).as("the balance leaves it there").isEmpty();
  }

  @Test
  void channelsOfALeaderThatReachesNoQueryNodeGoToOthersIfAQueryNodeAnswers() {
    FakeNode other = join(2);
    startLoaded(2);
    var next = new FakeNode();
    cluster.streamingNodes.put(5L, next);
    query.cannotReach(1, 2);
    assertThat(next.calls).isEmpty();
    other.failures.add("usage");
    cluster.node.failures.add("usage");
    query.cannotReach(1, 1);
    assertThat(next.calls).as("nobody could serve them").isEmpty();
    query.cannotReach(1, 1);
    assertThat(next.calls).contains("own(" + Cluster.CHANNEL + ")");
  }

  @Test
  void anOwnerThatTakesTheChannelAnewGetsItsViewAgain() {
    startLoaded(1);
    cluster.owners.put(channel, new Directory.Owner(1, 2, cluster.node));
    cluster.changed();
    assertThat(cluster.node.calls)
        .containsExactly(
            "load(1 v0 indexes 0 deletes 0)", "switchView(" + channel + " {1=1} deletes 15)");
    cluster.changed();
    assertThat(cluster.node.calls).hasSize(2);
  }

  @Test
  void whileAChannelHasNoOwnerItsViewWaits() {
    startLoaded(1);
    cluster.ownerless = true;
    query.refresh(collection.id());
    assertThat(cluster.node.calls).isEmpty();
    cluster.ownerless = false;
    cluster.owners.put(channel, new Directory.Owner(1, 2, cluster.node));
    cluster.changed();
    assertThat(cluster.node.calls).last().asString().startsWith("switchView");
  }

  @Test
  void aNewNodeGetsItsShareByLoadSwitchRelease() {
    List<String> story = new ArrayList<>();
    startLoaded(2);
    FakeNode other = join(2);
    cluster.node.listener = call -> story.add("1 " + call);
    other.listener = call -> story.add("2 " + call);
    cluster.changed();
    assertThat(story)
        .containsExactly(
            "2 load(2 v0 indexes 0 deletes 0)",
            "1 switchView(" + channel + " {1=1, 2=2} deletes 25)",
            "1 release([2])");
    cluster.changed();
    assertThat(story).hasSize(3);
  }

  @Test
  void aNodeThatLeavesIsEmptiedAndGetsNothing() {
    FakeNode other = join(2);
    startLoaded(2);
    query.drain(2);
    assertThat(other.loads).isEmpty();
    assertThat(query.placements(collection.id()))
        .isEqualTo(Map.of(1L, List.of(1L), 2L, List.of(1L)));
    cluster.publish(1, segment(3));
    assertThat(other.loads).isEmpty();
    assertThatThrownBy(() -> query.drain(1)).hasMessageContaining("no other query node");
  }

  @Test
  void aSegmentThatWasMovedByHandStaysThereUntilItsNodeLeaves() {
    join(2);
    startLoaded(2);
    query.move(1, 2);
    query.move(2, 2);
    join(3);
    cluster.changed();
    cluster.background.runDelayed();
    assertThat(query.placements(collection.id()))
        .isEqualTo(Map.of(1L, List.of(2L), 2L, List.of(2L)));
    assertThatThrownBy(() -> query.move(1, 9)).hasMessageContaining("no query node");
    assertThatThrownBy(() -> query.move(77, 2)).hasMessageContaining("no view");
    query.drain(2);
    assertThat(query.placements(collection.id()).values()).doesNotContain(List.of(2L));
  }

  @Test
  void aNodeThatCannotLoadIsPassedOver() {
    FakeNode other = join(2);
    other.failures.addAll(List.of("load"));
    startLoaded(2);
    assertThat(state().percent()).isLessThan(100);
    cluster.background.runDelayed();
    assertThat(state().percent()).isEqualTo(100);
    assertThat(query.placements(collection.id()))
        .isEqualTo(Map.of(1L, List.of(1L), 2L, List.of(1L)));
  }

  @Test
  void aNewCoordinatorLeavesSegmentsWhereTheyAre() {
    FakeNode other = join(2);
    startLoaded(2);
    Cluster next = cluster.restarted();
    next.queryNodes.put(2L, other);
    next.queryNodes.put(3L, new FakeNode());
    other.calls.clear();
    next.start();
    assertThat(next.query.placements(collection.id())).containsEntry(2L, List.of(2L));
  }

  @Test
  void aChangeIsDoneWhenEveryMemberHeardIt() {
    AtomicInteger deaf = new AtomicInteger(2);
    List<Long> heard = new ArrayList<>();
    cluster.proxies.add(id -> {
      if (deaf.getAndDecrement() > 0) {
        throw new ElanusException(ErrorCode.UNAVAILABLE, "not now");
      }
      heard.add(id);
    });
    load();
    assertThat(heard).contains(collection.id());
  }

  @Test
  void aProxyThatIsGoneIsNotWaitedFor() {
    ProxyCache gone =
        new ProxyCache() {
          @Override
          public void forget(long id) {
            cluster.proxies.remove(this);
            throw new ElanusException(ErrorCode.UNAVAILABLE, "gone");
          }
        };
    cluster.proxies.add(gone);
    load();
    assertThat(state().percent()).isEqualTo(100);
  }

  @Test
  void withoutTheSeatNoViewIsSwitched() {
    cluster.publish(1, segment(1));
    var deposed =
        new QueryCoordinator(
            cluster.metadata, Tenure.SOLE, cluster, cluster.background, () -> false);
    deposed.load(new QueryCoord.Load(collection.id(), Set.of(), 1, Set.of(), false));
    assertThat(cluster.node.calls).noneMatch(call -> call.startsWith("switchView"));
  }
}
