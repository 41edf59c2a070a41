package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeNode;
import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Records;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.Lease;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.MetadataStores;
import io.elanus.roles.DataCoord;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** DataCoord gives channels to nodes that come, go, fail and are emptied. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AssignmentsTest {
  private static final List<String> CHANNELS =
      IntStream.range(0, 6).mapToObj(channel -> "dml_" + channel).toList();

  private final Cluster cluster = new Cluster();
  private final MetadataStore metadata = MetadataStores.inMemory();
  private final List<String> changes = new ArrayList<>();
  private final ChannelOwners owners = new ChannelOwners(metadata, () -> changes.add("changed"));
  private final Map<Long, FakeNode> nodes = new TreeMap<>();
  private DataCoordinator data = coordinator(cluster.background);

  AssignmentsTest() {
    cluster.streamingNodes.clear();
  }

  @AfterEach
  void close() {
    owners.close();
    metadata.close();
  }

  private DataCoordinator coordinator(Background background) {
    return new DataCoordinator(
        new Records(metadata, Tenure.SEIZED),
        cluster.objects,
        cluster,
        id -> Set.of(place(id)),
        CHANNELS,
        new DataSettings(1_000),
        cluster.millis::get,
        Runnable::run,
        background);
  }

  private static String place(long node) {
    return "place/" + node;
  }

  private FakeNode join(long id) {
    FakeNode node = new FakeNode();
    node.owning = channel -> data.grant(channel, id);
    nodes.put(id, node);
    cluster.streamingNodes.put(id, node);
    cluster.changed();
    return node;
  }

  private void leave(long id) {
    cluster.streamingNodes.remove(id);
    cluster.changed();
  }

  /** How many channels each node has, as everybody can see. */
  private Map<Long, Integer> spread() {
    Map<Long, Integer> spread = new TreeMap<>();
    CHANNELS.forEach(channel ->
        owners.find(channel).ifPresent(owned -> spread.merge(owned.nodeId(), 1, Integer::sum)));
    return spread;
  }

  @Test
  void channelsGoToTheFirstNodeAndSpreadOverThoseThatCome() {
    data.start();
    assertThat(spread()).isEmpty();
    FakeNode first = join(1);
    assertThat(spread()).isEqualTo(Map.of(1L, 6));
    assertThat(owners.find("dml_0")).contains(new ChannelOwners.Owned(1, 1));
    first.calls.clear();
    FakeNode second = join(2);
    assertThat(spread()).isEqualTo(Map.of(1L, 3, 2L, 3));
    assertThat(first.calls)
        .containsExactly(
            "lighten(dml_0)",
            "leave(dml_0)",
            "lighten(dml_1)",
            "leave(dml_1)",
            "lighten(dml_2)",
            "leave(dml_2)");
    assertThat(second.calls).containsExactly("own(dml_0)", "own(dml_1)", "own(dml_2)");
    assertThat(changes).isNotEmpty();
    cluster.changed();
    assertThat(second.calls).as("nothing is done twice").hasSize(3);
  }

  @Test
  void nothingIsTakenFromANodeThatIsBackThoughNobodyHeardOfItYet() {
    data.start();
    join(1);
    try (Lease back = metadata.lease(place(1), new byte[0], Duration.ofSeconds(3))) {
      join(2);
      leave(1); // as a coordinator sees it that has not heard yet
      assertThat(spread().getOrDefault(1L, 0)).isPositive();
      assertThatThrownBy(() -> data.grant(channelOf(1), 2))
          .extracting(failed -> ((ElanusException) failed).code())
          .isEqualTo(ErrorCode.NOT_READY);
      assertThat(back.held()).isTrue();
    }
    assertThat(data.grant(channelOf(1), 2).epoch()).isGreaterThan(1);
  }

  private String channelOf(long node) {
    return CHANNELS.stream()
        .filter(channel -> owners.find(channel).filter(owned -> owned.nodeId() == node).isPresent())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void channelsThatAreWrittenToAreShared() {
    data.start();
    FakeNode first = join(1);
    FakeNode second = join(2);
    List<StreamingNode.Held> written = new ArrayList<>();
    for (DataCoord.ChannelState channel : data.channels()) {
      if (channel.owner() == 1) {
        written.add(
            new StreamingNode.Held(
                channel.name(), channel.epoch(), 0, 0, 0, 0, 0, 50_000, 100 << 20));
      }
    }
    first.held = written;
    second.calls.clear();
    cluster.background.runDelayed();
    assertThat(second.calls).as("one look may be chance").isEmpty();
    cluster.background.runDelayed();
    assertThat(second.calls).hasSize(1).allMatch(call -> call.startsWith("own("));
    first.held = List.of();
    cluster.background.runDelayed();
    assertThat(second.calls).as("nothing moves in the next minute").hasSize(1);
  }

  @Test
  void whileALeaseRunsOutTheNextOwnersPrepareAndNobodyOwnsYet() {
    data.start();
    join(1);
    join(2);
    nodes.values().forEach(node -> node.calls.clear());
    nodes.get(1L).prepared.clear();
    cluster.unreachable.add(2L);
    cluster.changed();
    assertThat(nodes.get(1L).prepared).containsExactly("dml_0", "dml_1", "dml_2");
    assertThat(nodes.get(1L).calls).isEmpty();
    assertThat(spread()).isEqualTo(Map.of(1L, 3, 2L, 3));
    leave(2);
    assertThat(spread()).isEqualTo(Map.of(1L, 6));
  }

  @Test
  void theChannelsOfAGoneNodeAreGivenAwayAndTheOthersStay() {
    data.start();
    join(1);
    join(2);
    FakeNode third = join(3);
    assertThat(spread()).isEqualTo(Map.of(1L, 2, 2L, 2, 3L, 2));
    nodes.values().forEach(node -> node.calls.clear());
    leave(2);
    assertThat(spread()).isEqualTo(Map.of(1L, 3, 3L, 3));
    assertThat(nodes.get(2L).calls).isEmpty();
    assertThat(third.calls).hasSize(1).allMatch(call -> call.startsWith("own("));
  }

  @Test
  void aNodeThatIsDrainedIsEmptiedAndGetsNothing() {
    data.start();
    join(1);
    assertThat(data.drain(1)).as("nobody else is there").isFalse();
    assertThat(spread()).isEqualTo(Map.of(1L, 6));
    join(2);
    assertThat(data.drain(1)).isTrue();
    assertThat(spread()).isEqualTo(Map.of(2L, 6));
    join(3);
    assertThat(spread()).isEqualTo(Map.of(2L, 3, 3L, 3));
  }

  @Test
  void aNodeThatCannotServeIsSparedForAWhileAsFarAsOthersAreThere() {
    data.start();
    join(1);
    data.relieve(1);
    assertThat(spread()).as("nobody else is there").isEqualTo(Map.of(1L, 6));
    join(2);
    assertThat(spread()).isEqualTo(Map.of(2L, 6));
    cluster.millis.addAndGet(9_000);
    data.relieve(1); // as is said again while it cannot
    cluster.millis.addAndGet(2_000);
    cluster.background.runDelayed();
    cluster.changed();
    assertThat(spread()).isEqualTo(Map.of(2L, 6));
    cluster.millis.addAndGet(10_000);
    cluster.background.runDelayed();
    assertThat(spread()).isEqualTo(Map.of(1L, 3, 2L, 3));
  }

  @Test
  void aChannelThatWasMovedByHandStaysThereUntilItsNodeIsDrained() {
    data.start();
    join(1);
    join(2);
    String moved = "dml_5";
    long from = owners.find(moved).orElseThrow().nodeId();
    long to = 3 - from;
    data.move(moved, to);
    assertThat(data.move(moved, to)).isTrue();
    cluster.changed();
    assertThat(owners.find(moved).orElseThrow().nodeId()).isEqualTo(to);
    assertThat(spread()).as("another one took its place").isEqualTo(Map.of(1L, 3, 2L, 3));
    assertThat(data.channels())
        .anyMatch(known -> known.name().equals(moved) && known.owner() == to);
    assertThatThrownBy(() -> data.move(moved, 9)).hasMessageContaining("no streaming node");
    assertThatThrownBy(() -> data.move("none", to)).hasMessageContaining("no such");
    data.drain(to);
    assertThat(data.drain(to)).isTrue();
    assertThat(spread()).isEqualTo(Map.of(from, 6));
  }

  @Test
  void aStepThatFailsIsTakenAgain() {
    data.start();
    FakeNode first = new FakeNode();
    first.failures.add("own");
    first.owning = channel -> data.grant(channel, 1);
    cluster.streamingNodes.put(1L, first);
    cluster.changed();
    assertThat(spread()).isEqualTo(Map.of(1L, 5));
    cluster.background.runDelayed();
    assertThat(spread()).isEqualTo(Map.of(1L, 6));
  }

  @Test
  void anOwnerThatDoesNotLetGoKeepsItsChannel() {
    data.start();
    FakeNode first = join(1);
    IntStream.range(0, 3).forEach(time -> first.failures.add("leave"));
    FakeNode second = join(2);
    assertThat(spread()).isEqualTo(Map.of(1L, 6));
    assertThat(second.calls).isEmpty();
    cluster.background.runDelayed();
    assertThat(spread()).isEqualTo(Map.of(1L, 3, 2L, 3));
  }

  @Test
  void aGrantIsRefusedWhileAnotherOwnerIsThere() {
    data.start();
    join(1);
    join(2);
    String ofFirst =
        CHANNELS.stream()
            .filter(channel -> owners.find(channel).orElseThrow().nodeId() == 1)
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> data.grant(ofFirst, 2))
        .isInstanceOf(ElanusException.class)
        .extracting(failed -> ((ElanusException) failed).code())
        .isEqualTo(ErrorCode.CHANNEL_NOT_AVAILABLE);
    long epoch = owners.find(ofFirst).orElseThrow().epoch();
    assertThat(data.grant(ofFirst, 1).epoch()).isEqualTo(epoch + 1);
    cluster.streamingNodes.remove(1L); // its lease is gone
    assertThat(data.grant(ofFirst, 2).epoch()).isEqualTo(epoch + 2);
  }

  @Test
  void aChannelThatWasTakenAnewWhileItWasLeftStays() {
    data.start();
    FakeNode first = join(1);
    first.leaving = channel -> data.grant(channel, 1); // an old call came late
    FakeNode second = join(2);
    assertThat(spread()).isEqualTo(Map.of(1L, 6));
    assertThat(second.calls).isEmpty();
    first.leaving = channel -> {};
    cluster.background.runDelayed();
    assertThat(spread()).isEqualTo(Map.of(1L, 3, 2L, 3));
  }

  @Test
  void aNextCoordinatorMovesNothingAndAsksEachOwnerWhetherItServes() {
    data.start();
    FakeNode first = join(1);
    FakeNode second = join(2);
    Map<Long, Integer> before = spread();
    first.calls.clear();
    second.calls.clear();
    first.owning = channel -> {}; // it serves: nothing to be granted
    second.owning = channel -> {};
    data = coordinator(cluster.background);
    data.start();
    assertThat(spread()).isEqualTo(before);
    assertThat(first.calls).containsExactly("own(dml_3)", "own(dml_4)", "own(dml_5)");
    assertThat(second.calls).containsExactly("own(dml_0)", "own(dml_1)", "own(dml_2)");
  }

  @Test
  void aNodeThatDiesInTheMiddleOfACallHoldsUpNothing() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch called = new CountDownLatch(CHANNELS.size());
    CountDownLatch served = new CountDownLatch(CHANNELS.size());
    FakeNode dying = new FakeNode();
    dying.owning =
        channel -> {
          called.countDown();
          awaitQuietly(never);
        };
    FakeNode other = new FakeNode();
    try (Background threads = Background.onVirtualThreads()) {
      cluster.streamingNodes.put(1L, dying);
      DataCoordinator threaded = coordinator(threads);
      other.owning =
          channel -> {
            threaded.grant(channel, 2);
            served.countDown();
          };
      threaded.start();
      assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
      cluster.streamingNodes.put(2L, other);
      cluster.streamingNodes.remove(1L);
      cluster.changed();
      assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
      never.countDown();
    }
    assertThat(spread()).isEqualTo(Map.of(2L, 6));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
