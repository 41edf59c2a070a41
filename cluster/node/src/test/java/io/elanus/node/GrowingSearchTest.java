package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Reads;
import io.elanus.schema.Keys;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches of many growing rows, which a task in the background links while they come: through
 * writes, deletes, release and load, restart and flush.
 */
class GrowingSearchTest {
  private static final int ROWS = 6000;
  private static final int BATCH = 250;
  private static final int K = 10;

  /** At the default effort, which walks codes of 7 bits. */
  private static final double LINKED_RECALL = 0.9;

  @TempDir Path cache;
  private final Random random = new Random(17);

  @Test
  void growingRowsAreFoundWhileTheyAreLinked() {
    try (TestCluster cluster = cluster()) {
      TestTable table = start(cluster, "HNSW");
      table.load();
      for (int row = 0; row < ROWS; row += BATCH) {
        insert(table, row);
        assertThat(recall(cluster, table, row + BATCH)).isGreaterThanOrEqualTo(LINKED_RECALL);
      }
      Await.until(() -> cluster.indexCoord().asked() > 0, "the leader asks for the index");
      assertThat(cluster.indexCoord().asked()).isEqualTo(1);
      table.delete(LongStream.range(0, ROWS).filter(key -> key % 3 == 0).toArray());
      assertThat(recall(cluster, table, ROWS)).isGreaterThanOrEqualTo(LINKED_RECALL);

      cluster.queryCoord().release(table.id(), Set.of());
      cluster.indexCoord().define(table.id(), TestTable.VECTOR, index("FLAT"));
      table.load();
      assertThat(recall(cluster, table, ROWS)).isEqualTo(1);
      Await.until(() -> cluster.indexCoord().asked() > 1, "the leader asks about FLAT");

      cluster.indexCoord().define(table.id(), TestTable.VECTOR, index("HNSW"));
      cluster.restart(table.id());
      assertThat(recall(cluster, table, ROWS)).isGreaterThanOrEqualTo(LINKED_RECALL);
      Await.until(() -> cluster.indexCoord().asked() > 2, "the leader asks after the restart");
      assertThat(recall(cluster, table, ROWS)).isGreaterThanOrEqualTo(LINKED_RECALL);

      table.flush();
      assertThat(recall(cluster, table, ROWS)).isEqualTo(1);
    }
  }

  @Test
  void rowsThatNobodySearchesAreNotLinked() {
    try (TestCluster cluster = cluster()) {
      TestTable table = start(cluster, "HNSW");
      for (int row = 0; row < ROWS; row += BATCH) {
        insert(table, row);
      }
      table.flush();
      assertThat(cluster.indexCoord().asked()).isZero();
    }
  }

  private TestCluster cluster() {
    return new TestCluster(
        new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
  }

  private static TestTable start(TestCluster cluster, String index) {
    cluster.start();
    TestTable table = new TestTable(cluster, 1);
    cluster.indexCoord().define(table.id(), TestTable.VECTOR, index(index));
    return table;
  }

  private static Map<String, String> index(String type) {
    return Map.of("index_type", type, "metric_type", "L2");
  }

  private static void insert(TestTable table, int from) {
    long[] keys = LongStream.range(from, from + BATCH).toArray();
    table.insert(keys, keys);
  }

  /** Over some queries; every hit is a visible row with its own distance. */
  private double recall(TestCluster cluster, TestTable table, int rows) {
    long now = cluster.rootCoord().now();
    Set<Long> visible = table.all(now).keySet();
    int hits = 0;
    for (int i = 0; i < 10; i++) {
      float[] query = TestTable.vector(random.nextInt(rows));
      double[] distances =
          visible.stream().mapToDouble(key -> distance(query, key)).sorted().limit(K).toArray();
      Reads.Hits found = table.search(now, query, K);
      assertThat(found.scores()).hasSize(K);
      for (int hit = 0; hit < K; hit++) {
        long key = ((Keys.Longs) found.keys()).keys()[hit];
        assertThat(visible).contains(key);
        double own = distance(query, key);
        assertThat((double) found.scores()[hit]).isCloseTo(own, within(1e-4 * (1 + own)));
        hits += own <= distances[K - 1] ? 1 : 0;
      }
      assertThat(found.scores()).isSorted();
    }
    return hits / (10.0 * K);
  }

  private static double distance(float[] query, long key) {
    float[] vector = TestTable.vector(key);
    double sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += (double) (query[i] - vector[i]) * (query[i] - vector[i]);
    }
    return sum;
  }
}
