package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.disk.Failpoints;
import io.elanus.expression.Filter;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Checks;
import io.elanus.node.fakes.FailingLogs;
import io.elanus.node.fakes.FakeAlarms;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Reads;
import io.elanus.roles.StreamingNode.Stale;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shard's leader promises besides storing rows. */
class ScenariosTest {
  @TempDir private Path cache;
  private TestCluster cluster;
  private TestTable table;
  private final Model model = new Model();
  private final FailingLogs logs = new FailingLogs(new MemoryLogStore());

  @BeforeEach
  void start() {
    cluster = new TestCluster(logs, new MemoryObjectStore(), cache, TestConfig.ROOMY, 2);
    cluster.start();
    table = new TestTable(cluster, 1);
    table.load();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private long now() {
    return cluster.rootCoord().now();
  }

  private void fill(int rows) {
    long[] keys = new long[rows];
    long[] versions = new long[rows];
    for (int i = 0; i < rows; i++) {
      keys[i] = i + 1;
      versions[i] = i + 1;
    }
    model.insert(table.insert(keys, versions), keys, versions);
  }

  private void flushAndHandOff() {
    table.flush();
    cluster.queryCoord().refresh(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRepeatedRequestIsAnsweredAsTheFirst(boolean flushAndRestart) {
    RowBatch rows = TestTable.rows(new long[] {1}, new long[] {1});
    var first = table.write("r1", TestTable.PARTITION, Optional.empty(), Optional.of(rows), 0);
    if (flushAndRestart) {
      flushAndHandOff();
      cluster.restart(1);
    }
    var second = table.write("r1", TestTable.PARTITION, Optional.empty(), Optional.of(rows), 0);
    assertThat(second).isEqualTo(first);
    assertThat(table.count(now())).isEqualTo(1);
  }

  @Test
  void aPartialUpdateOfAChangedRowIsStale() {
    fill(3);
    long read = now();
    table.upsert(new long[] {2}, new long[] {20});
    var rows = Optional.of(TestTable.rows(new long[] {2}, new long[] {21}));
    var keys = Optional.<Keys>of(Keys.of(2L));
    assertThat(table.write(table.newRequest(), TestTable.PARTITION, keys, rows, read))
        .isEqualTo(new Stale());
    assertThat(table.all(now())).containsEntry(2L, 20L);
    var other = Optional.<Keys>of(Keys.of(3L));
    var otherRows = Optional.of(TestTable.rows(new long[] {3}, new long[] {31}));
    TestTable.written(table.write(table.newRequest(), TestTable.PARTITION, other, otherRows, read));
    TestTable.written(table.write(table.newRequest(), TestTable.PARTITION, keys, rows, now()));
    cluster.restart(1);
    assertThat(table.write(table.newRequest(), TestTable.PARTITION, keys, rows, read))
        .isEqualTo(new Stale());
  }

  @Test
  void aReadOfANewerSchemaBringsItToAShardThatLags() {
    fill(5);
    flushAndHandOff();
    table.upsert(new long[] {1}, new long[] {10});
    table.announce(table.withField(103, "more"));
    assertThat(withoutMore()).containsOnlyKeys(1L, 2L, 3L, 4L, 5L).containsEntry(1L, 10L);
  }

  @Test
  void aLateWriteOfTheOldSchemaDoesNotTakeTheNewOneBack() {
    fill(3);
    CollectionSchema next = table.withField(103, "more");
    cluster.leader().changeSchema(table.channel(), next);
    ElanusException refused =
        catchThrowableOfType(
            ElanusException.class, () -> table.insert(new long[] {7}, new long[] {7}));
    assertThat(refused.code()).isEqualTo(ErrorCode.SCHEMA_MISMATCH);
    cluster.leader().changeSchema(table.channel(), table.schema());
    table.announce(next);
    table.insert(new long[] {8}, new long[] {8});
    assertThat(withoutMore()).containsOnlyKeys(1L, 2L, 3L, 8L);
  }

  /** Versions of the rows that have no value in field 103. */
  private Map<Long, Long> withoutMore() {
    Map<Long, Long> rows = table.query(now(), new Filter.IsNull(103), -1);
    assertThat(
            cluster
                .leader()
                .query(
                    table.channel(),
                    new Reads.Query(
                        table.at(now()), new Filter.IsNull(103), -1, false, List.of(103L)))
                .rows()
                .get(103)
                .rows())
        .isEqualTo(rows.size());
    return rows;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFieldIsAddedOverRowsOfEveryKind(boolean restart) {
    fill(5);
    flushAndHandOff();
    table.upsert(new long[] {1}, new long[] {10});
    if (restart) {
      Failpoints.arm("streaming.flush.beforeObjects:throw"); // rows of the old version stay growing
    }
    table.addField(103, "more");
    cluster.queryCoord().refresh(1);
    if (restart) {
      cluster.restart(1);
      Failpoints.disarm();
    }
    RowBatch rows = TestTable.rows(new long[] {9}, new long[] {9});
    rows = rows.with(103, rows.get(TestTable.VERSION));
    TestTable.written(
        table.write(
            table.newRequest(), TestTable.PARTITION, Optional.empty(), Optional.of(rows), 0));
    RowBatch found =
        cluster
            .leader()
            .query(
                table.channel(),
                new Reads.Query(table.at(now()), new Filter.Everything(), -1, false, List.of(103L)))
            .rows();
    Column more = found.get(103);
    assertThat(found.rows()).isEqualTo(6);
    for (int row = 0; row < 5; row++) {
      assertThat(more.isNull(row)).isTrue();
    }
    assertThat(more.value(5)).isEqualTo(9L);
  }

  @Test
  void rowsOfAnotherSchemaVersionAreRefused() {
    Write old =
        new Write(
            "r", table.channel(), 0, List.of(), Optional.of(Keys.of(1L)), Optional.empty(), 0);
    assertThatThrownBy(() -> cluster.leader().write(old))
        .isInstanceOf(ElanusException.class)
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.SCHEMA_MISMATCH);
  }

  /** Returns when the channel's loop has done what it was given before. */
  private void awaitLoop() {
    cluster.leader().flushedUpTo(table.channel(), 0);
  }

  @Test
  void rowsAreSealedAtTheirAgeThoughNoWriteFollows() {
    Duration age = TestConfig.ROOMY.sealAt().age();
    table.delete(99);
    awaitLoop();
    assertThat(cluster.alarms().waiting()).as("nothing grows").isEmpty();
    fill(3);
    model.delete(table.delete(2), 2);
    awaitLoop();
    assertThat(cluster.alarms().waiting())
        .singleElement()
        .extracting(FakeAlarms.Waiting::delay)
        .isEqualTo(age);
    cluster.rootCoord().advanceMillis(age.toMillis() / 2);
    cluster.alarms().ring();
    awaitLoop();
    long written = now();
    assertThat(cluster.alarms().waiting()).as("set again").hasSize(1);
    assertThat(cluster.leader().growing(table.channel())).hasSize(1);
    cluster.rootCoord().advanceMillis(age.toMillis());
    cluster.alarms().ring();
    table.awaitFlushed(written);
    assertThat(cluster.dataCoord().flushedSegments(1)).hasSize(1);
    assertThat(cluster.alarms().waiting()).as("nothing grows any more").isEmpty();
    Checks.agree("sealed by age", table, model, now());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void truncationTakesAllRowsAtOnce(boolean handOff) {
    fill(5);
    flushAndHandOff();
    table.upsert(new long[] {3, 8}, new long[] {30, 80});
    cluster.dataCoord().truncate(1, List.of(table.channel()), now());
    if (handOff) {
      cluster.queryCoord().refresh(1);
    }
    assertThat(table.count(now())).isZero();
    assertThat(table.all(now())).isEmpty();
    assertThat(table.search(now(), TestTable.vector(3), 5).scores()).isEmpty();
    table.insert(new long[] {4}, new long[] {44});
    assertThat(table.all(now())).isEqualTo(Map.of(4L, 44L));
    cluster.restart(1);
    assertThat(table.all(now())).isEqualTo(Map.of(4L, 44L));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTruncationThatComesLateSparesWhatWasWrittenSince(boolean flushed) {
    fill(5);
    flushAndHandOff();
    table.insert(new long[] {7}, new long[] {70});
    long truncatedAt = now();
    table.insert(new long[] {8, 9}, new long[] {80, 90}); // into the segment of 7
    table.delete(9);
    if (flushed) {
      flushAndHandOff();
    }
    Map<Long, Long> expected = Map.of(8L, 80L);
    for (int repeated = 0; repeated < 2; repeated++) {
      cluster.dataCoord().truncate(1, List.of(table.channel()), truncatedAt);
      cluster.queryCoord().refresh(1);
      assertThat(table.all(now())).isEqualTo(expected);
      assertThat(table.count(now())).isEqualTo(1);
    }
    cluster.restart(1);
    assertThat(table.all(now())).isEqualTo(expected);
    flushAndHandOff();
    assertThat(table.all(now())).isEqualTo(expected);
    cluster.restart(1);
    assertThat(table.all(now())).isEqualTo(expected);
    cluster
        .dataCoord()
        .compact(
            cluster.dataCoord().flushedSegments(1), cluster.dataNode(), cluster.rootCoord().now());
    cluster.queryCoord().refresh(1);
    assertThat(table.all(now())).isEqualTo(expected);
  }

  /** The catalogue loses the partition first, then the node is told. */
  private void dropPartition(TestTable from, long partition) {
    cluster
        .rootCoord()
        .put(from.id(), from.schema(), List.of(from.channel()), List.of(TestTable.PARTITION));
    cluster.leader().dropPartition(from.channel(), partition);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPartitionThatIsDroppedWhileAWriterLooksItUpTakesNoRows(boolean open) {
    long partition = TestTable.PARTITION + 1;
    TestTable other = new TestTable(cluster, 2);
    List<Long> before = List.of(TestTable.PARTITION);
    if (open) {
      cluster.rootCoord().put(2, other.schema(), List.of(other.channel()), before);
      other.insert(new long[] {1}, new long[] {1});
    }
    List<Long> both = List.of(TestTable.PARTITION, partition);
    cluster.rootCoord().put(2, other.schema(), List.of(other.channel()), both);
    cluster.rootCoord().duringNextLook(() -> dropPartition(other, partition));
    assertThatThrownBy(() -> other.insertInto(partition, new long[] {1}, new long[] {1}))
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.PARTITION_NOT_FOUND);
    other.upsert(new long[] {1}, new long[] {2});
    other.load();
    assertThat(other.all(now())).isEqualTo(Map.of(1L, 2L));
  }

  @Test
  void aCollectionThatIsDroppedWhileAWriterLooksItUpTakesNoRows() {
    TestTable other = new TestTable(cluster, 2); // nobody has written to it
    cluster
        .rootCoord()
        .duringNextLook(() -> {
          cluster.rootCoord().remove(2);
          cluster.leader().dropShard(other.channel());
        });
    assertThatThrownBy(() -> other.insert(new long[] {1}, new long[] {1}))
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(cluster.leader().growing(other.channel())).isEmpty();
  }

  @Test
  void rowsOfADroppedPartitionDoNotComeBackByReplay() {
    table.insert(new long[] {1}, new long[] {1});
    table.insertInto(TestTable.PARTITION + 1, new long[] {2}, new long[] {2});
    // the catalogue has dropped it, and the process died before the shard was told
    cluster
        .rootCoord()
        .put(1, table.schema(), List.of(table.channel()), List.of(TestTable.PARTITION));
    cluster.restart(1);
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 1L));
    flushAndHandOff();
    assertThat(cluster.dataCoord().flushedSegments(1)).hasSize(1);
  }

  @Test
  void aPartitionThatIsNewToTheShardIsLookedUp() {
    fill(1);
    long partition = TestTable.PARTITION + 5;
    assertThatThrownBy(() -> table.insertInto(partition, new long[] {2}, new long[] {2}))
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.PARTITION_NOT_FOUND);
    cluster
        .rootCoord()
        .put(1, table.schema(), List.of(table.channel()), List.of(TestTable.PARTITION, partition));
    table.insertInto(partition, new long[] {2}, new long[] {2});
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 1L, 2L, 2L));
  }

  @Test
  void ofEqualKeysTheNewestRowIsFoundWhateverItsScore() {
    fill(5);
    flushAndHandOff();
    table.insert(new long[] {3}, new long[] {30}); // not an upsert
    var hits = table.search(now(), TestTable.vector(3), 10);
    assertThat(table.fetch(now(), hits)).isEqualTo(Map.of(1L, 1L, 2L, 2L, 3L, 30L, 4L, 4L, 5L, 5L));
    assertThat(table.all(now())).containsEntry(3L, 30L);
    assertThat(table.count(now())).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWinnerIsFetchedThoughAFlushPutAnOlderVersionOfItInItsPlace(boolean handOff) {
    table.insert(new long[] {5}, new long[] {1});
    table.upsert(new long[] {5}, new long[] {2});
    table.insert(new long[] {4}, new long[] {3}); // comes first in the files
    long now = now();
    var hits = table.search(now, TestTable.vector(2), 10);
    table.flush();
    if (handOff) {
      cluster.queryCoord().refresh(1);
    }
    assertThat(table.fetch(now, hits)).isEqualTo(Map.of(4L, 3L, 5L, 2L));
  }

  @Test
  void aFullDiskIsToldWhileItLasts() {
    fill(1);
    assertThat(cluster.leader().ailments()).isEmpty();
    logs.fail(Optional.of(ErrorCode.DISK_LIMIT));
    assertThatThrownBy(() -> fill(1)).isInstanceOf(ElanusException.class);
    assertThat(cluster.leader().ailments())
        .singleElement()
        .asString()
        .startsWith("channel test-dml_0 cannot be written: planned failure of the log");
    logs.fail(Optional.empty());
    fill(1);
    assertThat(cluster.leader().ailments()).isEmpty();
  }

  @Test
  void aChannelWhoseLogFailedIsToldUntilItIsOpenedAnew() {
    fill(1);
    logs.fail(Optional.of(ErrorCode.IO_FAILED));
    assertThatThrownBy(() -> fill(1)).isInstanceOf(ElanusException.class);
    logs.fail(Optional.empty());
    assertThat(cluster.leader().ailments().getFirst())
        .startsWith("the channel's log failed and must be opened anew");
    cluster.restart(1);
    assertThat(cluster.leader().ailments()).isEmpty();
  }

  @Test
  void rowsThatCannotBeFlushedAreTold() {
    fill(1);
    Failpoints.arm("streaming.flush.beforeObjects:throw");
    try {
      cluster.leader().seal(table.channel());
      while (cluster.leader().ailments().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(cluster.leader().ailments().getFirst())
          .startsWith("rows of channel test-dml_0 cannot be flushed: failpoint fired");
      table.awaitFlushed(0);
    } finally {
      Failpoints.disarm();
    }
    flushAndHandOff();
    assertThat(cluster.leader().ailments()).isEmpty();
  }

  @Test
  void aFlushThatEndedWithAnErrorIsToldAndRepeated() {
    fill(1);
    cluster.dataCoord().failPublications(new AssertionError("planned"));
    cluster.leader().seal(table.channel());
    while (cluster.leader().ailments().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(cluster.leader().ailments().getFirst())
        .isEqualTo(
            "rows of channel test-dml_0 cannot be flushed: java.lang.AssertionError: planned");
    cluster.dataCoord().failPublications(null);
    flushAndHandOff();
    assertThat(cluster.leader().ailments()).isEmpty();
    assertThat(table.count(now())).isEqualTo(1);
  }

  @Test
  void rowsThatCannotBeWhatTheSchemaSaysAreRefusedBeforeTheyAreDurable() {
    RowBatch rows = TestTable.rows(new long[] {1}, new long[] {1});
    RowBatch wrong = rows.with(TestTable.VERSION, rows.get(TestTable.VECTOR));
    assertThatThrownBy(
            () -> table.write("w", TestTable.PARTITION, Optional.empty(), Optional.of(wrong), 0))
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.INVALID_PARAMETER);
    assertThatThrownBy(() ->
            table.write(
                "k", TestTable.PARTITION, Optional.of(Keys.of(List.of("a"))), Optional.empty(), 0))
        .isInstanceOf(ElanusException.class);
    fill(2);
    cluster.restart(1);
    Checks.agree("after refusals", table, model, now());
  }

  @Test
  void aFlushedSegmentIsServedFromItsFilesUntilAViewHasIt() {
    fill(20);
    model.delete(table.delete(3), 3);
    table.flush();
    long pinned = now();
    model.delete(table.delete(4, 5), 4, 5);
    long[] keys = {6};
    model.upsert(table.upsert(keys, new long[] {66}), keys, new long[] {66});
    Checks.agree("flushed, not handed off", table, model, now());
    Checks.agree("pinned", table, model, pinned);
    cluster.queryCoord().refresh(1);
    Checks.agree("handed off", table, model, now());
    Checks.agree("pinned after hand-off", table, model, pinned);
  }

  @Test
  void aDroppedPartitionIsGoneAndTakesNoRows() {
    fill(3);
    table.insertInto(TestTable.PARTITION + 1, new long[] {50}, new long[] {50});
    dropPartition(table, TestTable.PARTITION + 1);
    Checks.agree("dropped", table, model, now());
    assertThatThrownBy(
            () -> table.insertInto(TestTable.PARTITION + 1, new long[] {51}, new long[] {51}))
        .isInstanceOf(ElanusException.class);
    cluster.restart(1);
    Checks.agree("restarted", table, model, now());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deletesOfOnePartitionLeaveTheOthersAlone(boolean sealed) {
    table.insertInto(TestTable.PARTITION, new long[] {1}, new long[] {1});
    table.insertInto(TestTable.PARTITION + 1, new long[] {1, 2}, new long[] {3, 4});
    if (sealed) {
      flushAndHandOff();
    }
    cluster
        .leader()
        .write(
            new Write(
                "d",
                table.channel(),
                1,
                List.of(),
                Optional.of(Keys.of(1L)),
                Optional.of(TestTable.PARTITION),
                0));
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 3L, 2L, 4L));
    flushAndHandOff();
    cluster.restart(1);
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 3L, 2L, 4L));
    assertThat(table.count(now())).isEqualTo(2);
  }

  @Test
  void readsCoverLoadedPartitionsOnly() {
    fill(2);
    table.insertInto(TestTable.PARTITION + 1, new long[] {50}, new long[] {50});
    cluster.queryCoord().release(1, Set.of());
    assertThatThrownBy(() -> table.count(now()))
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.COLLECTION_NOT_LOADED);
    cluster
        .queryCoord()
        .load(
            new io.elanus.roles.QueryCoord.Load(
                1, Set.of(TestTable.PARTITION + 1), 1, Set.of(), false));
    assertThat(table.all(now())).isEqualTo(Map.of(50L, 50L));
    flushAndHandOff();
    assertThat(table.all(now())).isEqualTo(Map.of(50L, 50L));
  }

  @Test
  void aReadBehindTheRetentionTimeIsRefused() {
    fill(1);
    long old = now();
    cluster.rootCoord().advanceMillis(31 * 60 * 1000);
    assertThatThrownBy(() -> table.count(old))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("retention")
        .hasMessageContaining("" + old);
  }

  @Test
  void aSupersededOwnerCanNeitherAcknowledgeNorPublish() {
    fill(2);
    LeaderNode old = cluster.leader();
    cluster.start();
    cluster.queryCoord().forgetPlacements();
    cluster.queryCoord().refresh(1);
    Write write =
        new Write(
            "late", table.channel(), 1, List.of(), Optional.of(Keys.of(1L)), Optional.empty(), 0);
    assertThat(old.write(write)).isInstanceOf(LeaderNode.ChannelMoved.class);
    int publications = cluster.dataCoord().publications();
    assertThatThrownBy(() -> old.seal(table.channel())).isInstanceOf(ElanusException.class);
    assertThat(cluster.dataCoord().publications()).isEqualTo(publications);
    Checks.agree("new owner", table, model, now());
  }

  @Test
  void aRowFoundBeforeAHandOffIsFetchedAfterIt() {
    fill(30);
    long at = now();
    Reads.Hits hits = table.search(at, TestTable.vector(9), 5);
    table.delete(9, 10, 11);
    flushAndHandOff();
    Map<Long, Long> fetched = table.fetch(at, hits);
    assertThat(fetched).hasSize(5).containsEntry(9L, 9L);
    cluster.dataCoord().compact(cluster.dataCoord().flushedSegments(1), cluster.dataNode(), at);
    cluster.queryCoord().refresh(1);
    assertThat(table.fetch(at, hits)).isEqualTo(fetched);
  }

  @Test
  void deletesAloneAreFlushedAndTheLogIsCut() {
    fill(10);
    flushAndHandOff();
    long before = cluster.dataCoord().checkpoint(TestCluster.CHANNEL);
    for (long key = 1; key <= 5; key++) {
      model.delete(table.delete(key), key);
    }
    flushAndHandOff();
    assertThat(cluster.dataCoord().checkpoint(TestCluster.CHANNEL)).isGreaterThan(before);
    assertThat(cluster.dataCoord().deleteFiles(table.channel())).isNotEmpty();
    Checks.agree("deletes flushed", table, model, now());
    cluster.restart(1);
    Checks.agree("restarted", table, model, now());
  }
}
