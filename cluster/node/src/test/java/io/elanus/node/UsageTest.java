package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.QueryNode;
import io.elanus.roles.StreamingNode;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes tell coordinators of what they have to do. */
class UsageTest {
  @Test
  void nodesTellWhatIsWrittenAndRead(@TempDir Path cache) {
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      assertThat(cluster.leader().held().getFirst().rowsPerSecond()).isZero();
      long[] keys = LongStream.rangeClosed(1, 2000).toArray();
      table.insert(keys, keys);
      table.delete(1, 2);
      StreamingNode.Held held = cluster.leader().held().getFirst();
      assertThat(held.rowsPerSecond()).isBetween(2L, 2002 / 4L); // no younger than five seconds
      assertThat(held.bytesPerSecond()).isGreaterThan(held.rowsPerSecond() * 8);

      table.flush();
      cluster.queryCoord().refresh(1);
      QueryNode node = cluster.queryNodes().get(1L);
      assertThat(node.usage().readMicros()).isEmpty();
      for (int read = 0; read < 50; read++) {
        table.search(cluster.rootCoord().now(), TestTable.vector(read), 5);
      }
      QueryNode.Usage usage = node.usage();
      assertThat(usage.bytes()).isEqualTo(node.loaded().getFirst().bytes()).isPositive();
      assertThat(usage.capacityBytes()).isEqualTo(1L << 30);
      assertThat(usage.readMicros()).containsOnlyKeys(1L);
      node.release(node.loaded().stream().map(QueryNode.Loaded::segmentId).toList());
      assertThat(node.usage().readMicros()).isEmpty();
    }
  }
}
