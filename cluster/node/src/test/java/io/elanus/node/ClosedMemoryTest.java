package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elanus.disk.Failpoints;
import io.elanus.files.MappedFiles;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of growing rows and of their graphs is free again once a node is closed. */
class ClosedMemoryTest {
  private static final int ROWS = 4000;
  private static final Path MAPPINGS = Path.of("/proc/self/maps");

  @TempDir Path cache;

  @Test
  void whatGrewIsFreedWhenTheNodeCloses() {
    long before = MappedFiles.heldBytes();
    for (int round = 0; round < 3; round++) {
      try (TestCluster cluster =
          new TestCluster(
              new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
        cluster.start();
        TestTable table = new TestTable(cluster, 1);
        cluster
            .indexCoord()
            .define(
                table.id(), TestTable.VECTOR, Map.of("index_type", "HNSW", "metric_type", "L2"));
        table.load();
        table.insert(range(0), range(0));
        Await.until(() -> cluster.indexCoord().asked() > 0, "the leader asks for the index");
        assertThat(MappedFiles.heldBytes()).isGreaterThan(before);

        cluster.restart(table.id());
        table.insert(range(ROWS), range(ROWS));
        assertThat(MappedFiles.heldBytes()).isGreaterThan(before);
      }
      // tasks may hold on for a moment
      Await.until(() -> MappedFiles.heldBytes() <= before, "memory is given back");
    }
  }

  /** The channel closes between the publication of a flush and the hand-over of its files. */
  @Test
  void filesThatNobodyTookAreUnmapped() throws Exception {
    assumeTrue(Files.exists(MAPPINGS), "the system does not tell what is mapped");
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      table.insert(range(0), range(0));
      table.flush();
      assertThat(mapped()).isNotEmpty(); // in good order, they take the place of the rows
      table.insert(range(ROWS), range(ROWS));
      Failpoints.arm("streaming.flush.afterPublish:pause");
      cluster.leader().seal(table.channel());
      Await.until(
          () -> cluster.dataCoord().flushedSegments(1).size() == 2, "both segments are published");
      cluster.kill();
      Failpoints.disarm();
      cluster.awaitBackground();
      assertThat(mapped()).isEmpty();
    } finally {
      Failpoints.disarm();
    }
  }

  private List<String> mapped() throws IOException {
    try (Stream<String> lines = Files.lines(MAPPINGS)) {
      return lines.filter(line -> line.contains(cache.toString())).toList();
    }
  }

  private static long[] range(int from) {
    return LongStream.range(from, from + ROWS).toArray();
  }
}
