package io.elanus.node;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Checks;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All orders of up to four of insert, delete, upsert, flush, compact and restart on one key, read
 * after each step at the present and at every earlier write.
 */
class EveryOrderTest {
  private enum Step {
    INSERT,
    DELETE,
    UPSERT,
    FLUSH,
    COMPACT,
    RESTART
  }

  private static final int LENGTH = 4;
  private static final long[] KEY = {5};

  @Test
  void oneKeyIsRightInEveryOrder(@TempDir Path cache) {
    try (TestCluster cluster =
        new TestCluster(
            new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1)) {
      cluster.start();
      long orders = (long) Math.pow(Step.values().length, LENGTH);
      for (int order = 0; order < orders; order++) {
        run(cluster, order);
      }
    }
  }

  private static List<Step> steps(int order) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      steps.add(Step.values()[order % Step.values().length]);
      order /= Step.values().length;
    }
    return steps;
  }

  private static void run(TestCluster cluster, int order) {
    TestTable table = new TestTable(cluster, 10 + order);
    Model model = new Model();
    List<Long> pins = new ArrayList<>();
    table.load();
    pins.add(cluster.rootCoord().now());
    long version = 1;
    List<Step> steps = steps(order);
    for (Step step : steps) {
      long[] versions = {version++};
      switch (step) {
        case INSERT -> {
          pins.add(table.insert(KEY, versions));
          model.insert(pins.getLast(), KEY, versions);
        }
        case DELETE -> {
          pins.add(table.delete(KEY));
          model.delete(pins.getLast(), KEY);
        }
        case UPSERT -> {
          pins.add(table.upsert(KEY, versions));
          model.upsert(pins.getLast(), KEY, versions);
        }
        case FLUSH -> {
          table.flush();
          cluster.queryCoord().refresh(table.id());
        }
        case COMPACT -> compact(cluster, table, pins.getFirst());
        case RESTART -> cluster.restart(table.id());
      }
      pins.add(cluster.rootCoord().now());
      for (long pin : pins) {
        Checks.agree(steps + " at " + step, table, model, pin);
      }
    }
    cluster.queryCoord().release(table.id(), java.util.Set.of());
    cluster.leader().dropShard(table.channel());
    cluster.rootCoord().remove(table.id());
  }

  private static void compact(TestCluster cluster, TestTable table, long retainedFrom) {
    var flushed = cluster.dataCoord().flushedSegments(table.id());
    if (!flushed.isEmpty()) {
      cluster.dataCoord().compact(flushed, cluster.dataNode(), retainedFrom);
      cluster.queryCoord().refresh(table.id());
    }
  }
}
