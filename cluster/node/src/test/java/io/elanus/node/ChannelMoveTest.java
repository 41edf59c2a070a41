package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode.Written;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A channel goes back and forth between two nodes while it is written and read. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelMoveTest {
  private static final int MOVES = 8;
  private static final int WRITERS = 3;
  private static final Set<ErrorCode> PASSING =
      Set.of(
          ErrorCode.CHANNEL_NOT_AVAILABLE,
          ErrorCode.COLLECTION_NOT_LOADED,
          ErrorCode.SEGMENT_NOT_FOUND,
          ErrorCode.UNAVAILABLE);

  @TempDir private Path cache;
  private final AtomicBoolean over = new AtomicBoolean();

  /** Keys whose writes were acknowledged, by the number of acknowledgements so far. */
  private final AtomicLong acknowledged = new AtomicLong();

  @Test
  void nothingIsLostOrDoubledWhileAChannelMoves() throws Exception {
    try (TestCluster cluster =
            new TestCluster(
                new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      cluster.start();
      cluster.join(200, Standing.ALWAYS);
      TestTable table = new TestTable(cluster, 1);
      table.load();
      List<Future<Map<Long, Long>>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        long base = writer * 1_000_000L;
        writers.add(threads.submit(() -> write(table, base)));
      }
      AtomicInteger reads = new AtomicInteger();
      Future<?> reader = threads.submit(() -> read(cluster, table, reads));
      for (int move = 0; move < MOVES; move++) {
        long seen = acknowledged.get();
        Await.until(() -> acknowledged.get() > seen + 20 || over.get(), "writes go on");
        move(cluster, move % 2 == 0 ? TestCluster.FIRST : 200, move % 2 == 0 ? 200 : 100);
      }
      over.set(true);
      Map<Long, Long> expected = new TreeMap<>();
      for (Future<Map<Long, Long>> writer : writers) {
        expected.putAll(writer.get());
      }
      reader.get();
      assertThat(new TreeMap<>(table.all(cluster.rootCoord().now()))).isEqualTo(expected);
      assertThat(table.count(cluster.rootCoord().now())).isEqualTo(expected.size());
      assertThat(reads.get()).isPositive();
    }
  }

  private static void move(TestCluster cluster, long from, long to) {
    LeaderNode old = cluster.node(from);
    Await.until(() -> old.lighten(TestCluster.CHANNEL) == 0, "little is left to replay");
    old.leave(TestCluster.CHANNEL);
    cluster.takeOver(to, 1);
  }

  /** One row after the other, each asked for until it is acknowledged; what was written. */
  private Map<Long, Long> write(TestTable table, long base) {
    Map<Long, Long> written = new TreeMap<>();
    for (long key = base; !over.get(); key++) {
      String request = "moved-" + key;
      boolean done = false;
      while (!done) {
        try {
          done =
              table.write(
                      request,
                      TestTable.PARTITION,
                      Optional.empty(),
                      Optional.of(TestTable.rows(new long[] {key}, new long[] {key + 7})),
                      0)
                  instanceof Written;
        } catch (ElanusException failed) {
          assertThat(PASSING).contains(failed.code());
        }
        if (!done) {
          Thread.onSpinWait();
        }
      }
      written.put(key, key + 7);
      acknowledged.incrementAndGet();
    }
    return written;
  }

  /** Strong reads: what was acknowledged before one began is in it, and nothing twice. */
  private void read(TestCluster cluster, TestTable table, AtomicInteger reads) {
    while (!over.get()) {
      long before = acknowledged.get();
      try {
        assertThat(table.all(cluster.rootCoord().now())).hasSizeGreaterThanOrEqualTo((int) before);
        reads.incrementAndGet();
      } catch (ElanusException failed) {
        assertThat(PASSING).contains(failed.code());
      }
    }
  }
}
