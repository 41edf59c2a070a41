package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.disk.Failpoints;
import io.elanus.files.MappedFiles;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Checks;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A failure at each durable step, then a restart: what was acknowledged is there, nothing twice.
 */
class CrashTest {
  @AfterEach
  void disarm() {
    Failpoints.disarm();
  }

  @ParameterizedTest
  @CsvSource({
    "streaming.append.beforeLog,1",
    "streaming.append.beforeLog,3",
    "streaming.append.afterLog,1",
    "streaming.append.afterLog,2",
    "streaming.append.afterLog,4",
    "streaming.flush.beforeObjects,1",
    "streaming.flush.beforePublish,1",
    "streaming.flush.afterPublish,1",
    "manifest.write.before,1",
    "manifest.write.after,1",
    "checkpoint.before,1",
    "checkpoint.after,1",
  })
  void nothingIsLostOrDoubled(String failpoint, int hit, @TempDir Path cache) {
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.sealingAt(30), 1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      Model model = new Model();
      table.load();
      write(table, model, 0);
      Failpoints.arm(failpoint + ":throw:" + hit);
      String unsure = null;
      long[] unsureKeys = {};
      for (int round = 1; round < 12; round++) {
        long[] keys = keys(round);
        String request = table.newRequest();
        try {
          long timestamp = upsert(table, request, keys, round);
          model.upsert(timestamp, keys, versions(keys, round));
        } catch (ElanusException failed) {
          unsure = request;
          unsureKeys = keys;
          break;
        }
      }
      Failpoints.disarm();
      cluster.restart(1);
      if (unsure != null) {
        long timestamp = upsert(table, unsure, unsureKeys, 100);
        Map<Long, Long> now = table.all(cluster.rootCoord().now());
        int written = (int) (now.get(unsureKeys[0]) / 1000);
        model.upsert(timestamp, unsureKeys, versions(unsureKeys, written));
      }
      Checks.agree(failpoint, table, model, cluster.rootCoord().now());
      table.flush();
      cluster.queryCoord().refresh(1);
      Checks.agree(failpoint + " flushed", table, model, cluster.rootCoord().now());
      cluster.restart(1);
      Checks.agree(failpoint + " restarted", table, model, cluster.rootCoord().now());
    }
  }

  @Test
  void aStartThatFailedIsRepeated(@TempDir Path cache) {
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      Model model = new Model();
      table.load();
      for (int round = 0; round < 4; round++) {
        write(table, model, round);
      }
      cluster.kill();
      long before = MappedFiles.heldBytes();
      for (int attempt = 1; attempt <= 4; attempt++) {
        Failpoints.arm("streaming.replay.record:throw:" + attempt);
        assertThatThrownBy(cluster::start).isInstanceOf(ElanusException.class);
        assertThat(MappedFiles.heldBytes()).isLessThanOrEqualTo(before); // replayed rows are freed
      }
      Failpoints.disarm();
      cluster.start();
      cluster.queryCoord().refresh(1);
      Checks.agree("started", table, model, cluster.rootCoord().now());
    }
  }

  @Test
  void aCompactionThatFailedIsRepeated(@TempDir Path cache) {
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      Model model = new Model();
      table.load();
      long begin = cluster.rootCoord().now();
      for (int round = 0; round < 3; round++) {
        write(table, model, round);
        table.flush();
      }
      var sources = cluster.dataCoord().flushedSegments(1);
      for (String failpoint : List.of("compaction.beforeObjects", "manifest.write.before")) {
        Failpoints.arm(failpoint + ":throw");
        assertThatThrownBy(() -> cluster.dataCoord().compact(sources, cluster.dataNode(), begin))
            .isInstanceOf(ElanusException.class);
        cluster.queryCoord().refresh(1);
        Checks.agree(failpoint, table, model, cluster.rootCoord().now());
      }
      Failpoints.disarm();
      cluster.dataCoord().compact(sources, cluster.dataNode(), begin);
      cluster.queryCoord().refresh(1);
      assertThat(cluster.dataCoord().flushedSegments(1)).hasSize(1);
      Checks.agree("compacted", table, model, cluster.rootCoord().now());
    }
  }

  private static void write(TestTable table, Model model, int round) {
    long[] keys = keys(round);
    long timestamp = upsert(table, table.newRequest(), keys, round);
    model.upsert(timestamp, keys, versions(keys, round));
  }

  private static long upsert(TestTable table, String request, long[] keys, int round) {
    return TestTable.written(
        table.write(
            request,
            TestTable.PARTITION,
            Optional.of(Keys.of(keys)),
            Optional.of(TestTable.rows(keys, versions(keys, round))),
            0));
  }

  private static long[] keys(int round) {
    long[] keys = new long[10];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (round * 7L + i) % 50 + 1;
    }
    return keys;
  }

  private static long[] versions(long[] keys, int round) {
    long[] versions = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      versions[i] = round * 1000L + keys[i] * 10;
    }
    return versions;
  }
}
