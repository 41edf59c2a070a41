package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.Follower;
import io.elanus.node.fakes.Model;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Standing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a follower shows at a timestamp is what was written by then, whatever happens to the rows.
 */
@Timeout(60)
class FollowerTest {
  private static final long OF_FOLLOWER = 11;
  private static final long NEXT_OWNER = 200;

  @TempDir private Path cache;
  private final Model model = new Model();
  private final List<Long> timestamps = new ArrayList<>();
  private TestCluster cluster;
  private TestTable table;

  @BeforeEach
  void start() {
    cluster =
        new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
    cluster.start();
    table = new TestTable(cluster, 1);
    table.load();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void upsert(long version, long... keys) {
    long[] versions = LongStream.of(keys).map(key -> version * 1000 + key).toArray();
    long timestamp = table.upsert(keys, versions);
    model.upsert(timestamp, keys, versions);
    timestamps.add(timestamp);
  }

  private void delete(long... keys) {
    long timestamp = table.delete(keys);
    model.delete(timestamp, keys);
    timestamps.add(timestamp);
  }

  private void assertExact(Follower follower) {
    timestamps.add(cluster.rootCoord().now());
    for (long timestamp : timestamps) {
      assertThat(follower.all(timestamp)).isEqualTo(model.all(timestamp));
      assertThat(table.all(timestamp)).isEqualTo(model.all(timestamp));
    }
  }

  @Test
  void rowsAreShownWhileTheyGrowAndAfterTheyWereFlushed() {
    upsert(1, 1, 2, 3);
    var follower = new Follower(cluster, table, OF_FOLLOWER);
    follower.handOff();
    assertExact(follower);
    upsert(2, 3, 4, 5);
    delete(1);
    assertExact(follower);
    table.flush();
    assertExact(follower); // the owner has files, the follower has not been told
    follower.handOff();
    assertExact(follower);
    delete(2, 5);
    upsert(3, 4);
    assertExact(follower);
  }

  @Test
  void aFollowerThatBeginsLateFindsWhatTheLogHasNoMore() {
    upsert(1, 1, 2, 3);
    delete(2);
    table.flush();
    upsert(2, 3, 4);
    table.flush();
    delete(1);
    var follower = new Follower(cluster, table, OF_FOLLOWER);
    follower.handOff();
    assertExact(follower);
  }

  @Test
  void theNextOwnerIsFollowed() {
    var follower = new Follower(cluster, table, OF_FOLLOWER);
    follower.handOff();
    upsert(1, 1, 2, 3);
    assertExact(follower);
    cluster.join(NEXT_OWNER, Standing.ALWAYS);
    cluster.takeOver(NEXT_OWNER, 1);
    upsert(2, 2, 9);
    delete(1);
    assertExact(follower);
    table.flush();
    follower.handOff();
    assertExact(follower);
  }

  @Test
  void aNewerSchemaIsFollowed() {
    var follower = new Follower(cluster, table, OF_FOLLOWER);
    follower.handOff();
    upsert(1, 1, 2);
    assertExact(follower);
    table.addField(103, "more");
    upsert(2, 2, 3);
    assertExact(follower);
  }

  @Test
  void chanceFindsNoDifference() {
    Random random = new Random(26);
    var follower = new Follower(cluster, table, OF_FOLLOWER);
    follower.handOff();
    for (int step = 1; step <= 120; step++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          follower.all(cluster.rootCoord().now()); // so that it is not left behind by two of them
          table.flush();
        }
        case 1 -> follower.handOff();
        case 2 -> cluster.queryCoord().refresh(1);
        case 3 -> compact(random);
        case 4, 5 -> delete(random.nextInt(40), random.nextInt(40));
        default ->
            upsert(step, LongStream.range(0, 6).map(i -> i * 7 + random.nextInt(7)).toArray());
      }
      if (step % 10 == 0) {
        assertExact(follower);
        timestamps.subList(0, Math.max(0, timestamps.size() - 8)).clear();
      }
    }
  }

  private void compact(Random random) {
    var flushed = cluster.dataCoord().flushedSegments(1);
    if (flushed.size() > 1) {
      int from = random.nextInt(flushed.size() - 1);
      cluster.dataCoord().compact(flushed.subList(from, from + 2), cluster.dataNode(), 0);
    }
  }
}
