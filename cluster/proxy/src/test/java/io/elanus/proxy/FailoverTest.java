package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.query;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Consistency;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord.LoadState;
import io.elanus.roles.QueryCoord.Replica;
import io.elanus.roles.QueryCoord.Shard;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Owners and coordinators that go away while a proxy serves. */
final class FailoverTest {
  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void create() {
    cluster.collection(schema("c", id(), vector("v", 2)), false, 1);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Map<String, Column> row(long key) {
    ColumnBuilder keys = new ColumnBuilder(DataType.INT64, 0, Optional.empty());
    keys.add(key);
    ColumnBuilder vectors = new ColumnBuilder(DataType.FLOAT_VECTOR, 2, Optional.empty());
    vectors.add(new float[] {1, 2});
    return Map.of("id", keys.build(), "v", vectors.build());
  }

  private static Proxy.QueryRequest at(Consistency level, long timestamp) {
    return new Proxy.QueryRequest(
        "default",
        "c",
        List.of(),
        "id >= 0",
        Map.of(),
        Map.of(),
        List.of(),
        new Proxy.ReadLevel(false, level, timestamp));
  }

  @Test
  void aReadIsRepeatedAtTheNextOwner() {
    cluster.shards.failure = ErrorCode.UNAVAILABLE;
    cluster.shards.unavailableNext = 3;
    cluster.proxy.query(query("c", "id >= 0", Map.of()));
    assertThat(cluster.shards.unavailableNext).isZero();
  }

  @Test
  void aWriteWhoseAnswerIsLostIsRepeatedUnderItsIdAndDoneOnce() {
    cluster.shards.failure = ErrorCode.UNAVAILABLE;
    cluster.shards.loseAnswerOnce = true;
    cluster.proxy.insert(insert("c", 1, row(1)));
    assertThat(cluster.shards.requestIds).hasSize(2);
    assertThat(Set.copyOf(cluster.shards.requestIds)).hasSize(1);
    assertThat(cluster.shards.writes).hasSize(1);
  }

  @Test
  void whoWaitsInVainIsToldForWhat() {
    try (FakeCluster impatient = new FakeCluster(patientFor(Duration.ofMillis(5)))) {
      impatient.collection(schema("c", id(), vector("v", 2)), false, 1);
      impatient.shards.failure = ErrorCode.UNAVAILABLE;
      impatient.shards.unavailableNext = Integer.MAX_VALUE;
      assertRefused(
          2,
          "waited in vain for the owner of a channel to answer",
          () -> impatient.proxy.query(query("c", "id >= 0", Map.of())));
    }
  }

  private static ProxyConfig patientFor(Duration time) {
    ProxyConfig config = FakeCluster.CONFIG;
    return new ProxyConfig(
        config.maxResultBytes(),
        config.maxTopK(),
        config.maxQueries(),
        config.maxFields(),
        config.maxVectorFields(),
        config.maxShards(),
        config.maxPartitions(),
        config.maxDimension(),
        config.maxGroupSize(),
        config.gracefulTime(),
        time,
        config.idBlock(),
        config.iterators());
  }

  @Test
  void aFreshOwnerWithoutAViewIsWaitedFor() {
    cluster.shards.failure = ErrorCode.COLLECTION_NOT_LOADED;
    cluster.shards.unavailableNext = 2;
    cluster.proxy.query(query("c", "id >= 0", Map.of()));
    assertThat(cluster.shards.unavailableNext).isZero();
  }

  @Test
  void aLeaderWithoutAViewOfAReleasedCollectionIsBelieved() {
    cluster.proxy.query(query("c", "id >= 0", Map.of()));
    cluster.query.states.clear();
    cluster.proxy.forget(0);
    assertRefused(
        101, "collection not loaded", () -> cluster.proxy.query(query("c", "id >= 0", Map.of())));
  }

  @Test
  void aStrongReadWaitsForTheOracle() {
    try (FakeCluster impatient = new FakeCluster(patientFor(Duration.ofMillis(5)))) {
      impatient.collection(schema("c", id(), vector("v", 2)), false, 1);
      impatient.proxy.query(query("c", "id >= 0", Map.of()));
      impatient.leaderless = true;
      assertRefused(
          2,
          "waited in vain for the timestamp oracle",
          () -> impatient.proxy.query(query("c", "id >= 0", Map.of())));
    }
  }

  @Test
  void weakReadsOfAKnownCollectionNeedNoCoordinator() {
    cluster.proxy.insert(insert("c", 1, row(1)));
    cluster.proxy.query(query("c", "id >= 0", Map.of()));
    cluster.leaderless = true;
    for (Consistency level : List.of(Consistency.BOUNDED, Consistency.EVENTUALLY)) {
      cluster.proxy.query(at(level, 0));
    }
    long written = cluster.shards.queries.getLast().scope().timestamp();
    cluster.proxy.query(at(Consistency.SESSION, written));
    cluster.proxy.query(at(Consistency.CUSTOMIZED, written));
  }

  /** What it told them before is all that they can answer by. */
  @Test
  void withFurtherReplicasAReadThatMayLagAsksForNothingThatAnOwnerWhoIsGoneWouldHaveToTell() {
    long collection = cluster.root.findCollection("default", "c").orElseThrow().id();
    String channel = cluster.root.findCollection("default", "c").orElseThrow().channels().get(0);
    cluster.unreachable = Set.of(1L);
    cluster.clock.advance(Duration.ofMinutes(1));
    cluster.root.passTo(cluster.clock.millis());
    cluster.proxy.insert(insert("c", 1, row(1)));
    long floor = Timestamps.of(cluster.clock.millis() - 5_000, 0);
    cluster.proxy.query(at(Consistency.BOUNDED, 0));
    assertThat(timestamp()).as("nobody else could answer").isGreaterThan(floor + second());
    cluster.query.states.put(
        collection, new LoadState(collection, Set.of(), Set.of(), 2, 100, Optional.of(Set.of())));
    cluster.query.replicas =
        List.of(
            new Replica(
                1,
                collection,
                Set.of(),
                List.of(new Shard(channel, 1, List.of(1L))),
                List.of(1L),
                "group",
                Map.of()));
    cluster.proxy.forget(0);
    cluster.proxy.query(at(Consistency.EVENTUALLY, 0));
    assertThat(timestamp()).isBetween(floor, floor + second());
    long given = floor + 2 * second();
    cluster.proxy.query(at(Consistency.SESSION, given));
    assertThat(timestamp()).isEqualTo(given);
    cluster.unreachable = Set.of();
    cluster.proxy.query(at(Consistency.BOUNDED, 0));
    assertThat(timestamp()).isGreaterThan(floor + second());
  }

  private long timestamp() {
    return cluster.shards.queries.getLast().scope().timestamp();
  }

  private static long second() {
    return Timestamps.of(1_000, 0);
  }

  @Test
  void whatIsKnownCountsOnlyWithAPlaceAmongTheMembers() {
    AtomicBoolean member = new AtomicBoolean(true);
    ElanusProxy proxy = cluster.proxy(member::get);
    proxy.query(query("c", "id >= 0", Map.of()));
    int lookups = cluster.root.lookups;
    proxy.query(query("c", "id >= 0", Map.of()));
    assertThat(cluster.root.lookups).isEqualTo(lookups);
    member.set(false);
    proxy.query(query("c", "id >= 0", Map.of()));
    assertThat(cluster.root.lookups).isGreaterThan(lookups);
  }
}
