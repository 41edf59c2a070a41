package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode.ChannelMoved;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Written;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes lose their places and take them again, before, while and after others are granted. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumedOwnerTest {
  private static final List<Long> NODES = List.of(200L, 300L);
  private static final int STEPS = 150;
  private static final int KEYS = 8;

  @TempDir private Path cache;
  private final Map<Long, Place> places = Map.of(200L, new Place(), 300L, new Place());
  private TestCluster cluster;
  private TestTable table;

  /** As the records have it. */
  private long owner = 200;

  /** What a reader may find under a key: several where an outcome was not told. */
  private final Map<Long, Set<Long>> written = new HashMap<>();

  private static final class Place implements Standing {
    private volatile boolean held = true;
    private volatile long term = 1;

    @Override
    public boolean held() {
      return held;
    }

    @Override
    public long term() {
      return term;
    }
  }

  @BeforeEach
  void start() {
    cluster =
        new TestCluster(
            new MemoryLogStore(),
            new MemoryObjectStore(),
            cache,
            TestConfig.retaking(TestConfig.ROOMY),
            1);
    cluster.start();
    table = new TestTable(cluster, 1);
    table.load();
    places.forEach(cluster::join);
    cluster.node(TestCluster.FIRST).leave(TestCluster.CHANNEL);
    takeOver(200);
    cluster.tellOwner(200);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void takeOver(long node) {
    owner = node;
    cluster.takeOver(node, 1);
  }

  private void lose(long node) {
    place(node).held = false;
  }

  private Place place(long node) {
    return places.getOrDefault(node, new Place());
  }

  private void resume(long node) {
    Place place = place(node);
    place.term++;
    cluster
        .node(node)
        .resume(
            node == owner
                ? Map.of(TestCluster.CHANNEL, cluster.dataCoord().epoch(TestCluster.CHANNEL))
                : Map.of());
    place.held = true;
  }

  private Outcome upsert(long key, long version) {
    return table.write(
        table.newRequest(),
        TestTable.PARTITION,
        Optional.of(Keys.of(new long[] {key})),
        Optional.of(TestTable.rows(new long[] {key}, new long[] {version})),
        0);
  }

  private Map<Long, Long> all() {
    return table.all(cluster.rootCoord().now());
  }

  @Test
  void whatNobodyTookGoesOnAndIsNotReplayed() {
    table.upsert(new long[] {1}, new long[] {10});
    long epoch = cluster.dataCoord().epoch(TestCluster.CHANNEL);
    int looks = cluster.rootCoord().looks();
    lose(200);
    assertThatThrownBy(this::all).isInstanceOf(ElanusException.class);
    resume(200);
    assertThat(all()).isEqualTo(Map.of(1L, 10L));
    table.upsert(new long[] {1}, new long[] {11});
    assertThat(all()).isEqualTo(Map.of(1L, 11L));
    assertThat(cluster.dataCoord().epoch(TestCluster.CHANNEL)).isEqualTo(epoch);
    assertThat(cluster.rootCoord().looks()).isEqualTo(looks);
  }

  @Test
  void whatWasGivenToAnotherIsNotAnsweredForAgain() {
    table.upsert(new long[] {1}, new long[] {10});
    lose(200);
    takeOver(300);
    table.upsert(new long[] {1}, new long[] {11});
    resume(200);
    cluster.tellOwner(200); // as somebody who has not heard yet
    assertThat(upsert(1, 12)).isInstanceOf(ChannelMoved.class);
    assertThatThrownBy(this::all).hasMessageContaining("not owned by this node");
    cluster.tellOwner(300);
    cluster.alarms().ring();
    assertThat(all()).isEqualTo(Map.of(1L, 11L));
  }

  @Test
  void aTakeoverThatBeganInAnEarlierTermIsBegunAnew() {
    table.upsert(new long[] {1}, new long[] {10});
    lose(200);
    owner = 300;
    cluster
        .rootCoord()
        .duringNextLook(() -> { // of the replay
          lose(300);
          Place place = place(300);
          place.term++;
          cluster.node(300).resume(Map.of());
          place.held = true;
        });
    cluster.node(300).own(TestCluster.CHANNEL);
    cluster.tellOwner(300);
    long epoch = cluster.dataCoord().epoch(TestCluster.CHANNEL);
    assertThatThrownBy(this::all).hasMessageContaining("not owned by this node");
    cluster.alarms().ring();
    assertThat(cluster.dataCoord().epoch(TestCluster.CHANNEL)).isEqualTo(epoch + 1);
    cluster.queryCoord().handOff(1, segment -> true);
    assertThat(all()).isEqualTo(Map.of(1L, 10L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void whoeverAnswersIsRight(int seed) {
    Random random = new Random(seed);
    int read = 0;
    int acknowledged = 0;
    for (int step = 0; step < STEPS; step++) {
      long node = NODES.get(random.nextInt(NODES.size()));
      switch (random.nextInt(8)) {
        case 0 -> lose(node);
        case 1 -> {
          if (!place(node).held) {
            resume(node);
          }
        }
        case 2 -> {
          if (node != owner && !place(owner).held && place(node).held) {
            takeOver(node);
          }
        }
        case 3 -> cluster.tellOwner(node);
        case 4, 5 -> acknowledged += write(random) ? 1 : 0;
        default -> read += readsRight() ? 1 : 0;
      }
    }
    NODES.stream().filter(node -> !place(node).held).forEach(this::resume);
    cluster.tellOwner(owner);
    assertThat(readsRight()).as("the owner answers at the end").isTrue();
    assertThat(read).isGreaterThan(3);
    assertThat(acknowledged).isGreaterThan(3);
  }

  private boolean write(Random random) {
    long key = random.nextInt(KEYS);
    long version = cluster.rootCoord().now();
    boolean told = upsert(key, version) instanceof Written;
    Set<Long> possible = told ? new TreeSet<>() : written.getOrDefault(key, new TreeSet<>());
    possible.add(version);
    if (!told && possible.size() == 1) {
      possible.add(-1L); // perhaps there is none
    }
    written.put(key, possible);
    return told;
  }

  private boolean readsRight() {
    Map<Long, Long> found;
    try {
      found = all();
    } catch (ElanusException refused) {
      return false;
    }
    written.forEach((key, possible) -> assertThat(found.getOrDefault(key, -1L)).isIn(possible));
    assertThat(written.keySet()).containsAll(found.keySet());
    return true;
  }
}
