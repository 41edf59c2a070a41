package io.elanus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.embedded.Collection;
import io.elanus.embedded.Row;
import io.elanus.process.Settings;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Metadata is away for longer than leases last, for all processes or for some. */
@Timeout(120)
final class LostPlacesTest {
  private static final Settings SETTINGS =
      Settings.defaults().with("channels", "4").with("search.threads", "1").with("lease.ttl", "1s");

  private static final int ROUNDS = 5;

  @TempDir private Path folder;
  private TestCluster cluster;
  private final List<TestCluster.Process> processes = new ArrayList<>();
  private TestCluster.Process door;
  private Collection rows;
  private final float[][] vectors = ClusterTest.vectors(20_000);

  @BeforeEach
  void start() {
    cluster = new TestCluster(folder, SETTINGS);
    for (String roles :
        List.of(
            "mixcoord",
            "mixcoord",
            "streamingnode",
            "streamingnode",
            "querynode",
            "datanode,indexnode",
            "proxy")) {
      processes.add(cluster.start(roles));
    }
    door = processes.getLast();
    rows = door.database().create(ClusterTest.spec("rows"));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static void lose(List<TestCluster.Process> those) {
    those.forEach(each -> each.metadata().leave());
    those.forEach(each -> each.metadata().expire());
  }

  private Map<Long, Long> owners() {
    return door.process().directory().dataCoord().channels().stream()
        .collect(Collectors.groupingBy(channel -> channel.owner(), Collectors.counting()));
  }

  private List<Long> members() {
    return List.copyOf(door.process().membership().members().keySet());
  }

  @Test
  void everythingServesAgainInItsPlaceWhenMetadataIsBack() throws InterruptedException {
    rows.insert(ClusterTest.rows(vectors, 0, 1_000));
    rows.flush();
    rows.insert(ClusterTest.rows(vectors, 1_000, 1_500));
    assertThat(rows.count("")).isEqualTo(1_500);
    List<Long> members = members();
    Map<Long, Long> owners = owners();
    List<Long> epochs = epochs();
    QueryNode queryNode = door.process().directory().queryNodes().values().iterator().next();
    ReplicasTest.await(() -> !queryNode.loaded().isEmpty());
    List<QueryNode.Loaded> loaded = queryNode.loaded();
    lose(processes);
    Thread.sleep(200);
    assertThat(processes).noneMatch(each -> each.process().held());
    processes.forEach(each -> each.metadata().comeBack());
    rows.delete("id < 10"); // reaches what was flushed
    assertThat(rows.count("")).isEqualTo(1_490);
    assertThat(processes).allMatch(each -> each.process().held());
    assertThat(members()).isEqualTo(members);
    assertThat(owners()).isEqualTo(owners);
    assertThat(epochs()).as("no channel was taken over").isEqualTo(epochs);
    assertThat(door.process().directory().queryNodes().values().iterator().next().loaded())
        .containsAll(loaded);
  }

  private List<Long> epochs() {
    return door.process().directory().dataCoord().channels().stream()
        .map(channel -> channel.epoch())
        .toList();
  }

  /** Writers and readers go on while any processes lose their places, at any moment. */
  @Test
  void nothingAcknowledgedIsLostAndNoReadIsOlderThanItMayBe() throws InterruptedException {
    AtomicInteger acknowledged = new AtomicInteger();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger reads = new AtomicInteger();
    Thread writer = Thread.ofPlatform().start(() -> write(acknowledged));
    Thread reader = Thread.ofPlatform().start(() -> read(acknowledged, reads, wrong));
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      List<TestCluster.Process> some =
          processes.stream().filter(any -> random.nextInt(3) > 0).toList();
      lose(some);
      Thread.sleep(random.nextInt(400));
      List<TestCluster.Process> order = new ArrayList<>(some);
      Collections.shuffle(order, random);
      for (TestCluster.Process each : order) {
        Thread.sleep(random.nextInt(100));
        each.metadata().comeBack();
      }
      Thread.sleep(random.nextInt(700));
    }
    int before = acknowledged.get();
    int readsBefore = reads.get();
    long until = System.nanoTime() + 20_000_000_000L;
    while ((acknowledged.get() == before || reads.get() == readsBefore)
        && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    writer.interrupt();
    reader.interrupt();
    writer.join();
    reader.join();
    assertThat(wrong).isEmpty();
    assertThat(acknowledged.get()).isGreaterThan(before);
    assertThat(reads.get()).isGreaterThan(readsBefore);
    assertThat(rows.count("")).isBetween((long) acknowledged.get(), acknowledged.get() + 1L);
  }

  /** Row after row, each repeated until it is acknowledged. */
  private void write(AtomicInteger acknowledged) {
    while (!Thread.currentThread().isInterrupted() && acknowledged.get() < vectors.length) {
      int id = acknowledged.get();
      try {
        rows.upsert(List.of(Row.of("id", (long) id, "v", vectors[id])));
        acknowledged.incrementAndGet();
      } catch (ElanusException failed) {
        // it may be there all the same
      }
    }
  }

  private void read(AtomicInteger acknowledged, AtomicInteger reads, List<String> wrong) {
    while (!Thread.currentThread().isInterrupted()) {
      int least = acknowledged.get();
      try {
        long found = rows.count("");
        if (found < least) {
          wrong.add(found + " rows where " + least + " were acknowledged before");
        }
        reads.incrementAndGet();
      } catch (ElanusException failed) {
        // nothing is claimed
      }
    }
  }
}
