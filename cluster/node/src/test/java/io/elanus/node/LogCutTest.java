package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log is cut also when there is nothing to flush. */
class LogCutTest {
  private static final long MOST_BYTES = 32 << 10;

  @TempDir private Path cache;

  private static StreamingConfig config() {
    return new StreamingConfig(
        new StreamingConfig.SealAt(1_000_000, 128L << 20),
        new StreamingConfig.FlushAt(MOST_BYTES),
        new StreamingConfig.Memory(512L << 20),
        new StreamingConfig.Reach(Duration.ofMinutes(30)),
        StreamingConfig.Retakes.NEVER);
  }

  private static long heldBytes(TestCluster cluster) {
    long end = cluster.leader().seal(TestCluster.CHANNEL + "_999v0").position();
    return end - cluster.dataCoord().checkpoint(TestCluster.CHANNEL);
  }

  @Test
  void collectionsThatAreFilledAndDroppedLeaveNothing() {
    long[] keys = LongStream.range(0, 100).toArray();
    try (var cluster =
        new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, config(), 1)) {
      cluster.start();
      long written = 0;
      for (long id = 1; id <= 80; id++) {
        TestTable table = new TestTable(cluster, id);
        table.insert(keys, keys);
        written += 100 * Long.BYTES * 2;
        cluster.rootCoord().remove(id);
        cluster.leader().dropShard(table.channel());
        Await.until(
            () -> heldBytes(cluster) < 2 * MOST_BYTES, "the log to be cut after " + written);
      }
      assertThat(written).isGreaterThan(3 * MOST_BYTES);
      assertThat(cluster.dataCoord().flushedSegments(1)).isEmpty();
      assertThat(cluster.dataCoord().publications()).as("not for every drop").isLessThan(20);
      TestTable kept = new TestTable(cluster, 1000);
      kept.load();
      kept.insert(keys, keys);
      cluster.restart(1000);
      assertThat(kept.count(cluster.rootCoord().now())).isEqualTo(keys.length);
      assertThat(kept.all(cluster.rootCoord().now())).containsAllEntriesOf(Map.of(7L, 7L));
    }
  }
}
