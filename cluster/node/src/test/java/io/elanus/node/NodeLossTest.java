package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Query nodes that come, go and stop to answer (F20, F30). Reads are judged by what was written at
 * their timestamps: they may take their time, but miss nothing and show nothing twice.
 */
@Timeout(60)
class NodeLossTest {
  @TempDir private Path cache;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Model model = new Model();
  private TestCluster cluster;
  private TestTable table;

  @BeforeEach
  void start() {
    cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.sealingAt(50), 2);
    cluster.start();
    table = new TestTable(cluster, 1);
    table.load();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    cluster.close();
  }

  private void fill(int segments) {
    for (int segment = 0; segment < segments; segment++) {
      long first = segment * 20L;
      upsert(LongStream.range(first, first + 20).toArray(), segment);
      table.flush();
    }
    cluster.queryCoord().refresh(1);
  }

  private void upsert(long[] keys, long version) {
    long[] versions = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      versions[i] = version * 1000 + keys[i];
    }
    long timestamp = table.upsert(keys, versions);
    synchronized (model) {
      model.upsert(timestamp, keys, versions);
    }
  }

  private void delete(long... keys) {
    long timestamp = table.delete(keys);
    synchronized (model) {
      model.delete(timestamp, keys);
    }
  }

  private void assertExact(long timestamp) {
    assertThat(table.all(timestamp)).isEqualTo(model.all(timestamp));
    assertThat(table.count(timestamp)).isEqualTo(model.count(timestamp));
  }

  @Test
  void aReadWaitsUntilTheSegmentsOfALostNodeAreElsewhere() throws Exception {
    fill(6);
    long pinned = cluster.rootCoord().now();
    delete(1, 21, 41);
    cluster.lose(1);
    Future<Map<Long, Long>> now = threads.submit(() -> table.all(cluster.rootCoord().now()));
    Future<Map<Long, Long>> then = threads.submit(() -> table.all(pinned));
    Thread.sleep(300); // longer than a handful of attempts
    assertThat(now.isDone()).isFalse();
    cluster.queryCoord().refresh(1);
    assertThat(now.get()).isEqualTo(model.all(cluster.rootCoord().now()));
    assertThat(then.get()).isEqualTo(model.all(pinned));
  }

  @Test
  void whatWasFoundOnANodeThatIsLostIsFetchedFromAnother() throws Exception {
    fill(4);
    long at = cluster.rootCoord().now();
    var hits = table.search(at, TestTable.vector(5), 40);
    cluster.queryNode(1).fail();
    Future<Map<Long, Long>> rows = threads.submit(() -> table.fetch(at, hits));
    Thread.sleep(100);
    cluster.lose(1);
    cluster.queryCoord().refresh(1);
    Map<Long, Long> expected = model.all(at);
    assertThat(rows.get())
        .hasSize(40)
        .allSatisfy((key, version) -> assertThat(version).isEqualTo(expected.get(key)));
  }

  @Test
  void deletesGoOnWhileANodeIsSilentAndItIsToldLater() {
    fill(6);
    cluster.queryNode(2).silence();
    long begin = System.nanoTime();
    for (long key = 0; key < 120; key += 3) {
      delete(key);
      if (key % 30 == 0) {
        table.flush(); // deletes go to files, which the node is not given
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(took).isLessThan(Duration.ofSeconds(15));
    cluster.queryNode(2).heal();
    assertExact(cluster.rootCoord().now());
  }

  @Test
  void aNodeThatDiesDuringDeletesLeavesTheViewAndNothingIsLost() {
    fill(6);
    cluster.queryNode(1).fail();
    delete(2, 22, 42, 62);
    cluster.lose(1);
    delete(3, 23, 43, 63);
    cluster.queryCoord().refresh(1);
    assertExact(cluster.rootCoord().now());
    delete(4, 24);
    assertExact(cluster.rootCoord().now());
  }

  @Test
  void whatANodeMissedItIsToldInFewCalls() {
    fill(6);
    cluster.queryNode(2).fail();
    for (long key = 0; key < 60; key++) {
      delete(key);
    }
    cluster.queryNode(2).heal();
    long before = cluster.queryNode(2).deletes();
    assertExact(cluster.rootCoord().now());
    assertThat(cluster.queryNode(2).deletes() - before).isBetween(1L, 3L);
  }

  private record Read(long timestamp, Map<Long, Long> rows, long count) {}

  @Test
  void readsAreSnapshotsWhileNodesComeGoAndSegmentsMove() throws Exception {
    fill(8);
    AtomicBoolean done = new AtomicBoolean();
    Future<?> writer = threads.submit(() -> write(done));
    List<Future<List<Read>>> readers = new ArrayList<>();
    for (int reader = 0; reader < 2; reader++) {
      readers.add(threads.submit(() -> read(done)));
    }
    long nextNode = 3;
    for (int round = 0; round < 12; round++) {
      switch (round % 4) {
        case 0 -> cluster.join(nextNode++);
        case 1 -> cluster.queryCoord().moveAll(1);
        case 2 -> cluster.lose(cluster.queryNodes().keySet().iterator().next());
        default -> table.flush();
      }
      cluster.queryCoord().refresh(1);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    done.set(true);
    writer.get();
    int reads = 0;
    for (Future<List<Read>> reader : readers) {
      for (Read read : reader.get()) {
        assertThat(read.rows()).isEqualTo(model.all(read.timestamp()));
        assertThat(read.count()).isEqualTo(model.count(read.timestamp()));
        reads++;
      }
    }
    assertThat(reads).isGreaterThan(5);
    assertExact(cluster.rootCoord().now());
  }

  /** Judging takes rows times deletes for each read: few of all. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(4);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(AtomicBoolean done) {
    Random random = new Random(11);
    for (long version = 100; !done.get() && version < 500; version++) {
      pause();
      long[] keys = random.longs(5, 0, 160).distinct().toArray();
      if (random.nextInt(3) == 0) {
        delete(keys);
      } else {
        upsert(keys, version);
      }
    }
  }

  /** At the newest timestamp, and at one that was pinned before. */
  private List<Read> read(AtomicBoolean done) {
    List<Read> reads = new ArrayList<>();
    long pinned = cluster.rootCoord().now();
    while (!done.get() && reads.size() < 200) {
      pause();
      long now = cluster.rootCoord().now();
      reads.add(new Read(now, table.all(now), table.count(now)));
      reads.add(new Read(pinned, table.all(pinned), table.count(pinned)));
      pinned = reads.size() % 10 == 0 ? now : pinned;
    }
    return reads;
  }
}
