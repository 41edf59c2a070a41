package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.files.MappedFiles;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Reads;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that were flushed but whose index is not built are served from memory with their graph until
 * the view has them, or until memory is short.
 */
class KeptRowsTest {
  private static final int ROWS = 4000;

  @TempDir private Path cache;
  private TestCluster cluster;
  private TestTable table;
  private final Model model = new Model();
  private long before;

  @BeforeEach
  void start() {
    before = MappedFiles.heldBytes();
    start(TestConfig.ROOMY, "HNSW");
  }

  private void start(StreamingConfig config, String index) {
    cluster = new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, config, 2);
    cluster.start();
    table = new TestTable(cluster, 1);
    cluster
        .indexCoord()
        .define(table.id(), TestTable.VECTOR, Map.of("index_type", index, "metric_type", "L2"));
    table.load();
  }

  private void startAgain(StreamingConfig config, String index) {
    cluster.close();
    start(config, index);
  }

  @AfterEach
  void stop() {
    cluster.close();
    Await.until(() -> MappedFiles.heldBytes() <= before, "memory is given back");
  }

  private long now() {
    return cluster.rootCoord().now();
  }

  private void fill(int from) {
    long[] keys = LongStream.range(from, from + ROWS).toArray();
    model.insert(table.insert(keys, keys), keys, keys);
    Await.until(cluster::idle, "rows are linked");
  }

  /** Rows and graphs in memory. */
  private static long held() {
    return MappedFiles.heldBytes();
  }

  /** Fills, and flushes without a hand-off. */
  private void fillAndFlush() {
    fill(1);
    assertThat(held()).isGreaterThan(before);
    table.flush();
    Await.until(cluster::idle, "the flush ends");
  }

  private long kept() {
    return cluster.leader().keptRows();
  }

  private void check(String what, long at) {
    Map<Long, Long> expected = model.all(at);
    assertThat(table.all(at)).as(what).isEqualTo(expected);
    assertThat(table.count(at)).as(what).isEqualTo(expected.size());
    for (long key : List.of(1L, 7L, 8L, 9L, 10L, 1999L, 3999L)) {
      Reads.Hits hits = table.search(at, TestTable.vector(key), 3);
      assertThat(hits.keys().size()).as(what).isEqualTo(3);
      assertThat(table.fetch(at, hits))
          .as(what + ", found rows are as they should be")
          .allSatisfy((found, version) -> assertThat(version).isEqualTo(expected.get(found)));
      if (expected.getOrDefault(key, -1L) == key) {
        assertThat(hits.keys().get(0)).as(what).isEqualTo(key);
        assertThat(hits.scores()[0]).as(what).isZero();
      }
    }
  }

  private void change() {
    model.delete(table.delete(7, 8), 7, 8);
    long[] keys = {9, 10};
    long[] versions = {9009, 9010};
    model.upsert(table.upsert(keys, versions), keys, versions);
  }

  @Test
  void linkedRowsStayInMemoryUntilTheViewHasThem() {
    fillAndFlush();
    assertThat(kept()).isEqualTo(ROWS);
    check("kept", now());
    long pinned = now();
    change();
    check("changed", now());
    check("pinned", pinned);
    cluster.queryCoord().handOff(1, segment -> false);
    assertThat(kept()).as("the view waits for the index").isEqualTo(ROWS);
    check("view without it", now());
    cluster.queryCoord().refresh(1);
    assertThat(kept()).isZero();
    check("handed off", now());
    check("handed off, pinned", pinned);
  }

  @Test
  void theLogIsCutThoughRowsAreKept() {
    fill(1);
    long end = cluster.leader().seal(TestCluster.CHANNEL + "_999v0").position();
    table.flush();
    Await.until(
        () -> cluster.dataCoord().checkpoint(TestCluster.CHANNEL) >= end, "the checkpoint moves");
    assertThat(cluster.leader().growing(table.channel())).isEmpty();
  }

  @Test
  void deletesOfSeveralFlushesReachTheFilesThatWait() {
    startAgain(TestConfig.withMemory(TestConfig.ROOMY, 16L << 20), "HNSW");
    fillAndFlush();
    assertThat(kept()).isEqualTo(ROWS);
    for (int round = 0; round < 3; round++) {
      long key = 100 + round;
      model.delete(table.delete(key), key);
      table.flush();
    }
    change();
    check("kept", now());
    for (int more = 1; kept() > 0; more++) {
      assertThat(more).as("kept rows give way").isLessThan(20);
      fill(more * ROWS + 1); // until memory is short
      check("short of memory, " + more, now());
    }
    cluster.queryCoord().handOff(1, segment -> false);
    check("from files", now());
    cluster.queryCoord().refresh(1);
    check("handed off", now());
  }

  @Test
  void whatHasNoGraphIsServedFromFilesAtOnce() {
    startAgain(TestConfig.ROOMY, "FLAT");
    fillAndFlush();
    assertThat(kept()).isZero();
    change();
    check("from files", now());
  }

  @Test
  void aRestartLosesNothing() {
    fillAndFlush();
    change();
    cluster.restart(1);
    check("restarted", now());
    change();
    check("changed after it", now());
  }

  @ParameterizedTest
  @ValueSource(strings = {"release", "partition", "truncate", "drop"})
  void keptRowsGoWithWhatTheyBelongTo(String end) {
    fillAndFlush();
    assertThat(kept()).isEqualTo(ROWS);
    switch (end) {
      case "release" -> cluster.queryCoord().release(1, Set.of());
      case "partition" -> cluster.leader().dropPartition(table.channel(), TestTable.PARTITION);
      case "truncate" -> cluster.leader().truncate(table.channel(), now());
      default -> cluster.leader().dropShard(table.channel());
    }
    Await.until(() -> held() <= before, "memory is given back");
    if (end.equals("release")) {
      table.load();
      check("loaded again", now());
    } else if (!end.equals("drop")) {
      assertThat(table.count(now())).isZero();
    }
  }

  @Test
  void aNewFieldIsThereInKeptRows() {
    fillAndFlush();
    table.addField(200, "more");
    check("with the field", now());
    change();
    check("changed", now());
    table.flush();
    cluster.queryCoord().refresh(1);
    check("handed off", now());
  }
}
