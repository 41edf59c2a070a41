package io.elanus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.embedded.Collection;
import io.elanus.expression.Filter;
import io.elanus.process.Settings;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Reads;
import io.elanus.roles.ShardLeader;
import io.elanus.schema.Column;
import io.elanus.schema.RowBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of a collection, each led by a node of its own: both say the same. */
@Timeout(120)
final class ReplicasTest {
  private static final String DATABASE = Catalogue.DEFAULT_DATABASE;
  private static final Settings SETTINGS =
      Settings.defaults().with("channels", "1").with("search.threads", "1");

  @TempDir private Path folder;
  private TestCluster cluster;
  private TestCluster.Process first;
  private TestCluster.Process second;
  private Proxy proxy;
  private Directory directory;
  private Collection rows;
  private final float[][] vectors = ClusterTest.vectors(3_000);

  @BeforeEach
  void start() {
    cluster = new TestCluster(folder, SETTINGS);
    cluster.start("mixcoord");
    cluster.start("streamingnode");
    first = cluster.start("querynode");
    second = cluster.start("querynode");
    cluster.start("datanode,indexnode");
    TestCluster.Process door = cluster.start("proxy");
    proxy = door.process().proxy().orElseThrow();
    directory = door.process().directory();
    rows = door.database().create(ClusterTest.spec("rows"));
    proxy.release(DATABASE, "rows", List.of());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void load(int replicas) {
    proxy.load(
        new Proxy.LoadRequest(
            DATABASE, "rows", List.of(), replicas, List.of(), List.of(), false, false));
    await(() -> proxy.loadingProgress(DATABASE, "rows", List.of()) == 100);
  }

  static void await(BooleanSupplier done) {
    long until = System.nanoTime() + 30_000_000_000L;
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("waited in vain");
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** The keys that a leader shows at a timestamp. */
  private Set<Long> keys(ShardLeader leader, String channel, long timestamp) {
    RowBatch found =
        leader
            .query(
                channel,
                new Reads.Query(
                    new Reads.Scope(timestamp, Set.of(), 0, false, 0),
                    new Filter.Everything(),
                    -1,
                    false,
                    List.of(100L)))
            .rows();
    Set<Long> keys = new TreeSet<>();
    for (int row = 0; row < found.rows(); row++) {
      assertThat(keys.add(((Column.Fixed) found.get(100L)).asLong(row))).isTrue();
    }
    return keys;
  }

  private String channel() {
    return proxy.describeCollection(DATABASE, "rows").channels().getFirst();
  }

  private ShardLeader follower() {
    QueryCoord.Replica further = proxy.replicas(DATABASE, "rows").get(1);
    return directory.shardFollowers().get(further.shards().getFirst().leaderNode());
  }

  private void assertBothShow(int count) {
    long now = directory.rootCoord().allocateTimestamps(1).first();
    Set<Long> owners = keys(directory.ownerOf(channel()), channel(), now);
    assertThat(owners).hasSize(count);
    assertThat(keys(follower(), channel(), now)).isEqualTo(owners);
  }

  @Test
  void bothLeadersShowTheSameAndOneGoesOnAlone() {
    load(2);
    List<QueryCoord.Replica> replicas = proxy.replicas(DATABASE, "rows");
    assertThat(replicas).hasSize(2);
    Set<Long> nodes = new TreeSet<>();
    replicas.forEach(replica ->
        directory.queryNodes().keySet().stream()
            .filter(replica.nodes()::contains)
            .forEach(node -> assertThat(nodes.add(node)).isTrue()));
    assertThat(nodes).hasSize(2);
    rows.insert(ClusterTest.rows(vectors, 0, 1_000));
    assertBothShow(1_000);
    rows.delete("id < 100");
    assertBothShow(900);
    long pinned = directory.rootCoord().allocateTimestamps(1).first();
    rows.flush();
    await(() ->
        directory
            .queryCoord()
            .placements(proxy.describeCollection(DATABASE, "rows").id())
            .values()
            .stream()
            .anyMatch(copies -> copies.size() == 2));
    assertBothShow(900);
    rows.insert(ClusterTest.rows(vectors, 1_000, 2_000));
    rows.delete("id < 200");
    assertBothShow(1_800);
    assertThat(keys(follower(), channel(), pinned))
        .isEqualTo(keys(directory.ownerOf(channel()), channel(), pinned))
        .hasSize(900);
    long leader = replicas.get(1).shards().getFirst().leaderNode();
    (first.process().memberId() == leader ? first : second).kill();
    for (int i = 0; i < 20; i++) {
      assertThat(rows.count("")).isEqualTo(1_800);
    }
    rows.insert(ClusterTest.rows(vectors, 2_000, 2_500));
    assertThat(rows.count("")).isEqualTo(2_300);
    cluster.start("querynode");
    await(() ->
        proxy.replicas(DATABASE, "rows").stream().noneMatch(replica -> replica.shards().isEmpty()));
    assertBothShow(2_300);
  }

  @Test
  void theReplicaOfTheOwnerIsAnsweredForByTheOther() {
    load(2);
    rows.insert(ClusterTest.rows(vectors, 0, 1_000));
    rows.flush();
    rows.insert(ClusterTest.rows(vectors, 1_000, 1_500));
    await(() ->
        directory
            .queryCoord()
            .placements(proxy.describeCollection(DATABASE, "rows").id())
            .values()
            .stream()
            .anyMatch(copies -> copies.size() == 2));
    List<QueryCoord.Replica> replicas = proxy.replicas(DATABASE, "rows");
    (replicas.get(0).nodes().contains(first.process().memberId()) ? first : second).kill();
    for (int i = 0; i < 20; i++) {
      assertThat(rows.count("")).isEqualTo(1_500);
    }
  }

  @Test
  void moreReplicasThanNodesAreRefusedAndTheirNumberStays() {
    assertThatThrownBy(() -> load(3)).hasMessageStartingWith("when load 3 replica count");
    load(2);
    load(0);
    assertThat(proxy.replicas(DATABASE, "rows")).hasSize(2);
    assertThatThrownBy(() -> load(1)).hasMessageStartingWith("can't change the replica number");
  }
}
