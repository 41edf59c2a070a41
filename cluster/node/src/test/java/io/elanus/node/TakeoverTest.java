package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.disk.Failpoints;
import io.elanus.files.MappedFiles;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.FailingLogs;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode.ChannelMoved;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Written;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A channel's owner fails, is replaced, wakes up, or is told things twice. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TakeoverTest {
  private static final long FIRST = TestCluster.FIRST;
  private static final long SECOND = 200;

  @TempDir private Path cache;
  private final FailingLogs logs = new FailingLogs(new MemoryLogStore());
  private final AtomicBoolean held = new AtomicBoolean(true);
  private TestCluster cluster;
  private TestTable table;

  @BeforeEach
  void start() {
    cluster =
        new TestCluster(
            logs, new MemoryObjectStore(), cache, TestConfig.retaking(TestConfig.ROOMY), 1);
    cluster.start();
    table = new TestTable(cluster, 1);
    table.load();
    table.insert(new long[] {1, 2}, new long[] {1, 2});
  }

  @AfterEach
  void stop() {
    Failpoints.disarm();
    cluster.close();
  }

  private long now() {
    return cluster.rootCoord().now();
  }

  private Outcome upsert(String request, long key, long version) {
    return table.write(
        request,
        TestTable.PARTITION,
        Optional.of(Keys.of(new long[] {key})),
        Optional.of(TestTable.rows(new long[] {key}, new long[] {version})),
        0);
  }

  private static void assertRefused(Runnable read, ErrorCode code) {
    assertThatThrownBy(read::run)
        .isInstanceOf(ElanusException.class)
        .extracting(failed -> ((ElanusException) failed).code())
        .isEqualTo(code);
  }

  /** The second node owns the channel, for as long as the test says so. */
  private LeaderNode secondOwns() {
    LeaderNode second = cluster.join(SECOND, held::get);
    cluster.node(FIRST).leave(TestCluster.CHANNEL);
    cluster.takeOver(SECOND, 1);
    return second;
  }

  @Test
  void whatAGoneNodeAcknowledgedIsAtItsSuccessor() {
    table.flush();
    table.upsert(new long[] {2}, new long[] {20});
    String request = table.newRequest();
    long written = TestTable.written(upsert(request, 3, 30));
    table.delete(1);
    cluster.join(SECOND, Standing.ALWAYS); // the first one is not asked: it is gone
    cluster.takeOver(SECOND, 1);
    assertThat(table.all(now())).isEqualTo(Map.of(2L, 20L, 3L, 30L));
    assertThat(TestTable.written(upsert(request, 3, 30)))
        .as("a repeated request is answered as the first")
        .isEqualTo(written);
    assertThat(table.count(now())).isEqualTo(2);
  }

  @Test
  void whoIsReadyToTakeAChannelOverHoldsNothingOfIt() {
    LeaderNode second = cluster.join(SECOND, Standing.ALWAYS);
    int looks = cluster.rootCoord().looks();
    second.prepare(TestCluster.CHANNEL);
    assertThat(cluster.rootCoord().looks()).as("the log was replayed").isGreaterThan(looks);
    assertThat(second.held()).isEmpty();
    table.upsert(new long[] {1}, new long[] {10}); // the first node's
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 10L, 2L, 2L));
    cluster.node(FIRST).leave(TestCluster.CHANNEL);
    cluster.takeOver(SECOND, 1);
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 10L, 2L, 2L));
  }

  @Test
  void whoComesWhileAChannelIsTakenOverWaitsForItsOwner() throws Exception {
    LeaderNode second = cluster.join(SECOND, Standing.ALWAYS);
    cluster.node(FIRST).leave(TestCluster.CHANNEL);
    cluster.tellOwner(SECOND); // as everybody is with the grant
    FutureTask<Outcome> early = new FutureTask<>(() -> upsert(table.newRequest(), 3, 30));
    Thread writer = Thread.ofVirtual().unstarted(early);
    cluster
        .rootCoord()
        .duringNextLook(() -> { // of the replay
          writer.start();
          Await.until(() -> writer.getState() == Thread.State.TIMED_WAITING, "the write waits");
        });
    second.own(TestCluster.CHANNEL);
    assertThat(early.get()).isInstanceOf(Written.class);
  }

  @Test
  void anOwnerThatWakesUpAfterItWasReplacedAcknowledgesAndAnswersNothing() {
    LeaderNode paused = secondOwns();
    table.upsert(new long[] {1}, new long[] {10});
    held.set(false); // it slept for longer than its lease
    cluster.takeOver(FIRST, 1);
    table.upsert(new long[] {1}, new long[] {11});
    cluster.tellOwner(SECOND); // as somebody who has not heard yet
    assertThat(upsert(table.newRequest(), 5, 50)).isInstanceOf(ChannelMoved.class);
    assertThat(cluster.leader()).isSameAs(paused);
    assertThatThrownBy(() -> table.all(now())).isInstanceOf(ElanusException.class);
    cluster.tellOwner(FIRST);
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 11L, 2L, 2L));
  }

  @Test
  void anOwnerWithoutStandingAnswersNoReadThoughNobodyFencedItYet() {
    secondOwns();
    assertThat(table.count(now())).isEqualTo(2);
    long before = now();
    held.set(false);
    assertRefused(() -> table.all(before), ErrorCode.UNAVAILABLE);
    assertRefused(() -> table.search(before, TestTable.vector(1), 1), ErrorCode.UNAVAILABLE);
    assertRefused(() -> cluster.leader().growing(table.channel()), ErrorCode.UNAVAILABLE);
  }

  @Test
  void whatWasAppendedWithoutStandingIsAnsweredByTheNextOwner() {
    secondOwns();
    String request = table.newRequest();
    held.set(false);
    assertThat(upsert(request, 3, 30)).isInstanceOf(ChannelMoved.class);
    cluster.takeOver(FIRST, 1);
    TestTable.written(upsert(request, 3, 31));
    assertThat(table.all(now())).as("once").isEqualTo(Map.of(1L, 1L, 2L, 2L, 3L, 30L));
  }

  @Test
  void beingToldTwiceChangesNothing() {
    long epoch = cluster.dataCoord().epoch(TestCluster.CHANNEL);
    cluster.leader().own(TestCluster.CHANNEL);
    assertThat(cluster.dataCoord().epoch(TestCluster.CHANNEL)).isEqualTo(epoch);
    assertThat(table.count(now())).isEqualTo(2);
    cluster.leader().leave(TestCluster.CHANNEL);
    cluster.leader().leave(TestCluster.CHANNEL);
    assertThat(upsert(table.newRequest(), 3, 3)).isInstanceOf(ChannelMoved.class);
    assertRefused(() -> table.count(now()), ErrorCode.CHANNEL_NOT_AVAILABLE);
  }

  @Test
  void aLogThatComesBackIsTakenAnewByTheNodeItself() {
    logs.fail(Optional.of(ErrorCode.IO_FAILED));
    assertThatThrownBy(() -> table.insert(new long[] {3}, new long[] {3}))
        .hasMessageContaining("planned failure");
    assertThat(pause()).isEqualTo(Duration.ofMillis(100));
    cluster.alarms().ring();
    assertThat(table.count(now())).as("readable while the log is away").isEqualTo(2);
    assertThat(pause()).as("longer each time").isEqualTo(Duration.ofMillis(200));
    cluster.alarms().ring();
    assertThat(pause()).isEqualTo(Duration.ofMillis(400));
    logs.fail(Optional.empty());
    cluster.alarms().ring();
    cluster.queryCoord().handOff(1, segment -> true);
    table.insert(new long[] {4}, new long[] {4});
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 1L, 2L, 2L, 4L, 4L));
    assertThat(cluster.leader().ailments()).isEmpty();
  }

  /** Before the channel is taken anew; alarms for old rows are set for minutes. */
  private Duration pause() {
    return cluster.alarms().waiting().getLast().delay();
  }

  @Test
  void aChannelThatWasLeftAndGivenToNobodyIsTakenAgain() {
    cluster.leader().leave(TestCluster.CHANNEL); // and whoever said so died
    assertThat(upsert(table.newRequest(), 3, 3)).isInstanceOf(ChannelMoved.class);
    cluster.alarms().ring(); // it is noticed
    cluster.alarms().ring(); // and mended
    cluster.queryCoord().handOff(1, segment -> true);
    table.insert(new long[] {3}, new long[] {3});
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 1L, 2L, 2L, 3L, 3L));
  }

  @Test
  void aChannelThatWasLeftForAnotherNodeIsNotTakenAgain() {
    secondOwns();
    long epoch = cluster.dataCoord().epoch(TestCluster.CHANNEL);
    cluster.alarms().ring();
    cluster.alarms().ring();
    assertThat(cluster.dataCoord().epoch(TestCluster.CHANNEL)).isEqualTo(epoch);
    assertThat(table.count(now())).isEqualTo(2);
  }

  @Test
  void aFailedChannelThatIsAnotherNodesByNowIsLeft() {
    logs.fail(Optional.of(ErrorCode.IO_FAILED));
    assertThatThrownBy(() -> table.insert(new long[] {3}, new long[] {3}))
        .isInstanceOf(ElanusException.class);
    logs.fail(Optional.empty());
    LeaderNode first = cluster.leader();
    cluster.join(SECOND, Standing.ALWAYS);
    cluster.takeOver(SECOND, 1);
    long epoch = cluster.dataCoord().epoch(TestCluster.CHANNEL);
    cluster.alarms().ring();
    assertThat(cluster.dataCoord().epoch(TestCluster.CHANNEL)).isEqualTo(epoch);
    assertThat(first.ailments()).isEmpty();
    assertRefused(() -> first.growing(table.channel()), ErrorCode.CHANNEL_NOT_AVAILABLE);
  }

  @Test
  void aTakeoverThatFailsHalfWayLeavesNothing() {
    cluster.join(SECOND, Standing.ALWAYS);
    cluster.leader().leave(TestCluster.CHANNEL);
    long before = MappedFiles.heldBytes();
    Failpoints.arm("streaming.replay.record:throw:2");
    assertThatThrownBy(() -> cluster.takeOver(SECOND, 1)).isInstanceOf(ElanusException.class);
    assertThat(MappedFiles.heldBytes()).isLessThanOrEqualTo(before);
    assertThat(cluster.node(SECOND).ailments()).isEmpty();
    Failpoints.disarm();
    cluster.takeOver(SECOND, 1);
    assertThat(table.count(now())).isEqualTo(2);
  }

  @Test
  void whatAnOwnerFlushesBeforeItLeavesIsNotReplayed() {
    long[] keys = LongStream.range(0, 40_000).toArray();
    table.upsert(keys, keys);
    assertThat(cluster.leader().lighten(TestCluster.CHANNEL)).isPositive();
    Await.until(
        () -> cluster.leader().lighten(TestCluster.CHANNEL) == 0, "little is left to replay");
    assertThat(cluster.dataCoord().checkpoint(TestCluster.CHANNEL)).isPositive();
    secondOwns();
    assertThat(table.count(now())).isEqualTo(40_000);
    assertThat(cluster.leader().growing(table.channel())).isEmpty();
    assertThat(cluster.node(FIRST).lighten(TestCluster.CHANNEL)).as("not held").isZero();
  }

  @Test
  void timestampsOfThePastAreNotStamped() {
    long last = table.insert(new long[] {3}, new long[] {3});
    cluster.rootCoord().stepBackMillis(60_000);
    assertRefused(() -> table.insert(new long[] {4}, new long[] {4}), ErrorCode.UNAVAILABLE);
    cluster.rootCoord().advanceMillis(60_001);
    assertThat(table.insert(new long[] {5}, new long[] {5})).isGreaterThan(last);
    assertThat(table.all(now())).containsOnlyKeys(1L, 2L, 3L, 5L);
  }

  @Test
  void whatWasReplayedIsThePastToo() {
    cluster.rootCoord().advanceMillis(60_000);
    long last = table.insert(new long[] {3}, new long[] {3});
    cluster.kill();
    cluster.rootCoord().stepBackMillis(60_000);
    cluster.start();
    assertRefused(() -> table.insert(new long[] {4}, new long[] {4}), ErrorCode.UNAVAILABLE);
    cluster.rootCoord().advanceMillis(60_001);
    assertThat(table.insert(new long[] {5}, new long[] {5})).isGreaterThan(last);
  }
}
