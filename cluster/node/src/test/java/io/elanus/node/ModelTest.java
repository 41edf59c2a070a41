package io.elanus.node;

import io.elanus.disk.Disk;
import io.elanus.disk.LocalDisk;
import io.elanus.log.LocalLogStore;
import io.elanus.log.LogOptions;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Checks;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.objects.LocalObjectStore;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Segments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random writes, flushes, compactions, hand-offs and restarts against a model. */
class ModelTest {
  private static final int STEPS = 250;
  private static final int KEYS = 40;

  /** {@code -Delanus.model.seeds=7-20} replays others. */
  static LongStream seeds() {
    String[] range = System.getProperty("elanus.model.seeds", "1-6").split("-", 2);
    return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsAgreeWithTheModel(long seed, @TempDir Path cache) {
    System.out.println("seed " + seed);
    StreamingConfig config =
        TestConfig.withRecordBytes(
            TestConfig.sealingAt(seed % 2 == 0 ? 25 : 1000), seed % 3 == 0 ? 300 : 1 << 20);
    int queryNodes = (int) (seed % 2) + 1;
    try (TestCluster cluster =
        new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, config, queryNodes)) {
      cluster.start();
      new Run(cluster, new Random(seed), seed).run();
    }
  }

  @Test
  void readsAgreeWithTheModelOnFiles(@TempDir Path folder) throws IOException {
    long seed = 77;
    Disk disk = new LocalDisk();
    Path log = Files.createDirectory(folder.resolve("log"));
    Path objects = Files.createDirectory(folder.resolve("objects"));
    try (TestCluster cluster =
        new TestCluster(
            LocalLogStore.open(disk, log, LogOptions.ofFiles(64L << 20), Runnable::run),
            LocalObjectStore.open(disk, objects),
            folder.resolve("cache"),
            TestConfig.sealingAt(60),
            1)) {
      cluster.start();
      new Run(cluster, new Random(seed), seed).run();
    }
  }

  private static final class Run {
    private final TestCluster cluster;
    private final Random random;
    private final long seed;
    private final TestTable table;
    private final Model model = new Model();
    private final List<Long> pins = new ArrayList<>();
    private boolean loaded = true;
    private long nextVersion = 1;

    Run(TestCluster cluster, Random random, long seed) {
      this.cluster = cluster;
      this.random = random;
      this.seed = seed;
      this.table = new TestTable(cluster, 1);
      table.load();
      pins.add(cluster.rootCoord().now());
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        String what = "seed " + seed + " step " + step + " " + step();
        if (loaded) {
          Checks.agree(what, table, model, cluster.rootCoord().now());
          Checks.agree(what + " pinned", table, model, pins.get(random.nextInt(pins.size())));
        }
      }
    }

    private String step() {
      return switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> insert();
        case 4, 5, 6, 7, 8 -> upsert();
        case 9, 10, 11 -> delete();
        case 12, 13 -> flush();
        case 14, 15 -> handOff();
        case 16, 17 -> compact();
        case 18 -> restart();
        default -> loadOrRelease();
      };
    }

    private long[] keys(int most) {
      return random.longs(0, KEYS).distinct().limit(1 + random.nextInt(most)).toArray();
    }

    private long[] versions(int count) {
      long[] versions = new long[count];
      for (int i = 0; i < count; i++) {
        versions[i] = nextVersion++;
      }
      return versions;
    }

    private String insert() {
      long[] keys = keys(10);
      if (random.nextInt(4) != 0) {
        for (int i = 0; i < keys.length; i++) {
          keys[i] = KEYS + nextVersion + i;
        }
      }
      long[] versions = versions(keys.length);
      long timestamp = table.insert(keys, versions);
      model.insert(timestamp, keys, versions);
      pins.add(timestamp);
      return "insert";
    }

    private String upsert() {
      long[] keys = keys(12);
      long[] versions = versions(keys.length);
      long timestamp = table.upsert(keys, versions);
      model.upsert(timestamp, keys, versions);
      pins.add(timestamp);
      return "upsert";
    }

    private String delete() {
      long[] keys = keys(8);
      long timestamp = table.delete(keys);
      model.delete(timestamp, keys);
      pins.add(timestamp);
      return "delete";
    }

    private String flush() {
      if (random.nextBoolean()) {
        table.flush();
        return "flush";
      }
      cluster.leader().seal(table.channel());
      return "seal";
    }

    private String handOff() {
      int share = random.nextInt(3);
      cluster.queryCoord().handOff(1, segment -> random.nextInt(3) >= share);
      return "handoff";
    }

    private String compact() {
      List<Segments.Segment> sources = new ArrayList<>();
      for (Segments.Segment segment : cluster.dataCoord().flushedSegments(1)) {
        if (random.nextInt(4) != 0) {
          sources.add(segment);
        }
      }
      if (!sources.isEmpty()) {
        cluster.dataCoord().compact(sources, cluster.dataNode(), pins.getFirst() - 1);
      }
      return "compact " + sources.size();
    }

    private String restart() {
      cluster.restart(1);
      return "restart";
    }

    private String loadOrRelease() {
      if (loaded && random.nextInt(3) == 0) {
        cluster.queryCoord().release(1, java.util.Set.of());
        loaded = false;
        return "release";
      }
      table.load();
      loaded = true;
      return "load";
    }
  }
}
