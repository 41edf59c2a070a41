package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Write, read, flush, read, restart, read. */
class WalkTest {
  @Test
  void rowsAreReadableAtEveryStopOfTheWalk(@TempDir Path cache) {
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      table.insert(new long[] {1, 2, 3}, new long[] {11, 12, 13});
      table.upsert(new long[] {2}, new long[] {22});
      long pinned = table.delete(3);
      Map<Long, Long> expected = Map.of(1L, 11L, 2L, 22L);
      assertThat(table.all(pinned)).isEqualTo(expected);
      assertThat(table.all(pinned - 1)).isEqualTo(Map.of(1L, 11L, 2L, 22L, 3L, 13L));

      table.flush();
      assertThat(cluster.dataCoord().flushedSegments(1)).hasSize(1);
      assertThat(table.all(pinned)).isEqualTo(expected);
      cluster.queryCoord().refresh(1);
      assertThat(cluster.leader().growing(table.channel())).isEmpty();
      assertThat(table.all(pinned)).isEqualTo(expected);
      assertThat(table.count(cluster.rootCoord().now())).isEqualTo(2);

      table.insert(new long[] {4}, new long[] {14});
      cluster.restart(1);
      long now = cluster.rootCoord().now();
      assertThat(table.all(now)).isEqualTo(Map.of(1L, 11L, 2L, 22L, 4L, 14L));
      assertThat(table.all(pinned - 1)).isEqualTo(Map.of(1L, 11L, 2L, 22L, 3L, 13L));
      var hits = table.search(now, TestTable.vector(22), 2);
      assertThat(hits.keys().get(0)).isEqualTo(2L);
      assertThat(hits.scores()[0]).isZero();
      assertThat(table.fetch(now, hits)).containsEntry(2L, 22L);
    }
  }
}
