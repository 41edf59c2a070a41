package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.files.MappedFiles;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of growing rows and of their graphs is free again once a node is closed. */
class ClosedMemoryTest {
  private static final int ROWS = 4000;

  @TempDir Path cache;

  @Test
  void whatGrewIsFreedWhenTheNodeCloses() {
    long before = MappedFiles.heldBytes();
    for (int round = 0; round < 3; round++) {
      try (TestCluster cluster =
          new TestCluster(
              new MemoryLogStore(), new MemoryObjectStore(), cache, StreamingConfig.DEFAULTS, 1)) {
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

  private static long[] range(int from) {
    return LongStream.range(from, from + ROWS).toArray();
  }
}
