package io.elanus.node.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.files.MappedFiles;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.LogEntry.Part;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.segment.GrowingSegment;
import io.elanus.segment.SegmentIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When graphs over growing rows are extended; tasks run on the thread of the test. */
class GraphUpkeepTest {
  private static final int ROWS = 3000;

  @TempDir Path cache;
  private final AtomicLong nanos = new AtomicLong();
  private final List<LogRecord> logged = new ArrayList<>();
  private final Logger logger = Logger.getLogger(GraphUpkeep.class.getName());
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord told) {
          logged.add(told);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private static final Duration CALM = Duration.ofSeconds(2);

  private final Map<Duration, Runnable> alarms = new LinkedHashMap<>();
  private TestCluster cluster;
  private TestTable table;
  private GraphUpkeep graphs;

  @BeforeEach
  void open() {
    cluster =
        new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
    table = new TestTable(cluster, 1);
    cluster
        .indexCoord()
        .define(table.id(), TestTable.VECTOR, Map.of("index_type", "HNSW", "metric_type", "L2"));
    graphs = new GraphUpkeep(cluster, Runnable::run, this::set, CALM, nanos::get);
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void close() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    cluster.close();
  }

  private void set(Duration delay, Runnable task) {
    alarms.put(delay, task);
  }

  @Test
  void afterAReplayNothingBeginsForAWhile() {
    Growing growing = growing(budget(1L << 30));
    graphs.rest();
    nanos.set(Duration.ofMillis(500).toNanos());
    graphs.consider(growing);
    graphs.consider(growing); // is waiting already
    assertThat(cluster.indexCoord().asked()).isZero();
    assertThat(alarms.keySet()).containsExactly(Duration.ofMillis(1500));
    alarms.values().forEach(Runnable::run);
    assertThat(growing.graphsDue()).isFalse();
    growing.letGo();
  }

  private Growing growing(MemoryBudget budget) {
    Growing growing =
        new Growing(new SegmentIdentity(1, 1, 7, table.channel()), table.schema(), budget);
    growing.serve(true);
    append(budget, growing, 0, ROWS);
    return growing;
  }

  private static void append(MemoryBudget budget, Growing growing, int from, int count) {
    long[] keys = LongStream.range(from, from + count).toArray();
    budget.charge(growing.append(new Part(1, 7, from, TestTable.rows(keys, keys)), from + 1, 1));
  }

  private static long bytes(Growing growing) {
    return ((GrowingSegment) growing.segment()).bytes();
  }

  private static MemoryBudget budget(long bytes) {
    return new MemoryBudget(bytes, Duration.ZERO);
  }

  @Test
  void aFailureIsToldOnceAndNotTriedAgainAtOnce() {
    Growing growing = growing(budget(1L << 30));
    cluster.indexCoord().fail(true);
    graphs.consider(growing);
    nanos.set(Duration.ofMillis(4999).toNanos());
    graphs.consider(growing);
    assertThat(cluster.indexCoord().asked()).isEqualTo(1);
    nanos.set(Duration.ofMillis(5000).toNanos());
    graphs.consider(growing);
    assertThat(cluster.indexCoord().asked()).isEqualTo(2);
    assertThat(logged).hasSize(1);
    assertThat(growing.graphsDue()).isTrue();

    cluster.indexCoord().fail(false);
    nanos.set(Duration.ofMillis(10_000).toNanos());
    graphs.consider(growing);
    assertThat(growing.graphsDue()).isFalse();
    growing.serve(false);
    growing.serve(true);
    cluster.indexCoord().fail(true);
    graphs.consider(growing);
    assertThat(cluster.indexCoord().asked()).isEqualTo(4);
    assertThat(logged).hasSize(2);
    growing.letGo();
  }

  @Test
  void graphsAreChargedUntilTheyAreGone() {
    long held = MappedFiles.heldBytes();
    MemoryBudget budget = budget(1L << 30);
    Growing growing = growing(budget);
    long rows = bytes(growing);
    graphs.consider(growing);
    long first = bytes(growing) - rows;
    assertThat(first).isPositive();
    assertThat(budget.used()).isEqualTo(growing.bytes() + first);
    append(budget, growing, ROWS, ROWS);
    rows = bytes(growing) - first;
    graphs.consider(growing);
    assertThat(bytes(growing) - rows).isGreaterThan(first);
    assertThat(budget.used()).isEqualTo(growing.bytes() + bytes(growing) - rows);
    growing.serve(false);
    assertThat(budget.used()).isEqualTo(growing.bytes());
    growing.serve(true);
    graphs.consider(growing);
    assertThat(budget.used()).isGreaterThan(growing.bytes());
    growing.letGo();
    assertThat(budget.used()).isZero();
    assertThat(MappedFiles.heldBytes()).isLessThanOrEqualTo(held);
  }

  @Test
  void withoutRoomRowsStayScannedUntilMoreCome() {
    MemoryBudget budget = budget(4L << 20);
    budget.charge(1L << 20);
    Growing growing = growing(budget);
    long rows = bytes(growing);
    graphs.consider(growing);
    assertThat(bytes(growing)).isEqualTo(rows);
    assertThat(budget.used()).isEqualTo(growing.bytes() + (1L << 20));
    assertThat(growing.graphsDue()).isFalse();
    assertThat(logged).isEmpty();

    budget.release(1L << 20);
    append(budget, growing, ROWS, 200);
    graphs.consider(growing);
    assertThat(bytes(growing)).isGreaterThan(rows);
    assertThat(budget.used()).isGreaterThan(growing.bytes());
    assertThat(budget.tight()).isFalse();
    growing.letGo();
  }
}
