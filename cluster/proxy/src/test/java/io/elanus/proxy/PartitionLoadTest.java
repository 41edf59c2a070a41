package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads while one more partition is being loaded. */
final class PartitionLoadTest {
  private final FakeCluster cluster = new FakeCluster();
  private long first;
  private long second;

  @BeforeEach
  void create() {
    cluster.collection(schema("c", id(), vector("v", 2)), false, 1);
    cluster.root.execute(new Ddl.CreatePartition("default", "c", "more"));
    Catalogue.Collection collection = cluster.root.findCollection("default", "c").orElseThrow();
    first = collection.partition("_default").orElseThrow().id();
    second = collection.partition("more").orElseThrow().id();
    loading(collection.id(), Optional.of(Set.of(first)));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void loading(long collection, Optional<Set<Long>> readable) {
    cluster.query.states.put(
        collection,
        new QueryCoord.LoadState(collection, Set.of(first, second), Set.of(), 1, 40, readable));
    cluster.proxy.forget(collection);
  }

  private Set<Long> read(String... partitions) {
    cluster.proxy.query(
        new Proxy.QueryRequest(
            "default",
            "c",
            List.of(partitions),
            "id >= 0",
            Map.of(),
            Map.of(),
            List.of(),
            Proxy.ReadLevel.STRONG));
    return cluster.shards.queries.getLast().scope().partitions();
  }

  @Test
  void whatWasLoadedBeforeIsRead() {
    assertThat(read("_default")).containsExactly(first);
    assertThat(read()).containsExactly(first);
    assertThat(status("_default")).isEqualTo(Proxy.LoadStatus.LOADED);
    assertThat(cluster.proxy.loadingProgress("default", "c", List.of("_default"))).isEqualTo(100);
  }

  @Test
  void whatIsBeingLoadedIsNot() {
    assertRefused(103, "collection not fully loaded", () -> read("more"));
    assertThat(status("more")).isEqualTo(Proxy.LoadStatus.LOADING);
    assertThat(status()).isEqualTo(Proxy.LoadStatus.LOADING);
    assertThat(cluster.proxy.loadingProgress("default", "c", List.of("more"))).isEqualTo(40);
  }

  @Test
  void theFirstLoadIsAwaited() {
    loading(cluster.root.findCollection("default", "c").orElseThrow().id(), Optional.empty());
    assertRefused(103, "collection not fully loaded", () -> read());
    assertRefused(103, "collection not fully loaded", () -> read("_default"));
  }

  private Proxy.LoadStatus status(String... partitions) {
    return cluster.proxy.loadStatus("default", "c", List.of(partitions));
  }
}
