package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers and readers beside flushes, hand-offs and compactions. Each read is judged at its
 * timestamp, once every write is known: nothing older is missing, nothing newer shows, no row
 * twice.
 */
class ConcurrencyTest {
  private static final int WRITERS = 3;
  private static final int WRITES = 150;

  private record Read(long timestamp, Map<Long, Long> rows, long count) {}

  @Test
  void readsBesideEverythingElseAreSnapshots(@TempDir Path cache) throws Exception {
    StreamingConfig config = TestConfig.sealingAt(120);
    try (TestCluster cluster =
            new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, config, 2);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      Model model = new Model();
      long begin = cluster.rootCoord().now();
      AtomicBoolean done = new AtomicBoolean();
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        long first = writer * 1000L;
        writers.add(threads.submit(() -> write(table, model, first)));
      }
      List<Future<List<Read>>> readers = new ArrayList<>();
      for (int reader = 0; reader < 2; reader++) {
        readers.add(threads.submit(() -> read(cluster, table, done)));
      }
      Future<?> churn = threads.submit(() -> churn(cluster, table, begin, done));
      for (Future<?> writer : writers) {
        writer.get();
      }
      done.set(true);
      churn.get();
      judge(readers, model);
      assertThat(table.all(cluster.rootCoord().now()))
          .isEqualTo(model.all(cluster.rootCoord().now()));
    }
  }

  private static void judge(List<Future<List<Read>>> readers, Model model)
      throws InterruptedException, ExecutionException {
    int reads = 0;
    for (Future<List<Read>> reader : readers) {
      for (Read read : reader.get()) {
        assertThat(read.rows()).isEqualTo(model.all(read.timestamp()));
        assertThat(read.count()).isEqualTo(model.count(read.timestamp()));
        reads++;
      }
    }
    assertThat(reads).isPositive();
  }

  private static void write(TestTable table, Model model, long first) {
    Random random = new Random(first);
    for (int i = 1; i <= WRITES; i++) {
      long[] keys = random.longs(first, first + 30).distinct().limit(6).toArray();
      long[] versions = new long[keys.length];
      for (int j = 0; j < versions.length; j++) {
        versions[j] = first * 1000 + i * 10L + j;
      }
      boolean delete = random.nextInt(4) == 0;
      long timestamp = delete ? table.delete(keys) : table.upsert(keys, versions);
      synchronized (model) {
        if (delete) {
          model.delete(timestamp, keys);
        } else {
          model.upsert(timestamp, keys, versions);
        }
      }
    }
  }

  private static List<Read> read(TestCluster cluster, TestTable table, AtomicBoolean done) {
    List<Read> reads = new ArrayList<>();
    while (!done.get()) {
      long at = cluster.rootCoord().now();
      reads.add(new Read(at, table.all(at), table.count(at)));
    }
    return reads;
  }

  private static void churn(TestCluster cluster, TestTable table, long begin, AtomicBoolean done) {
    while (!done.get()) {
      table.flush();
      cluster.queryCoord().refresh(1);
      var flushed = cluster.dataCoord().flushedSegments(1);
      if (flushed.size() > 2) {
        cluster.dataCoord().compact(flushed, cluster.dataNode(), begin);
        cluster.queryCoord().refresh(1);
      }
    }
  }
}
