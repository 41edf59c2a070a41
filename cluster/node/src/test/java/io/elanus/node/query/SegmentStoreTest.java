package io.elanus.node.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.QueryNode.Load;
import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not loaded any more leaves nothing behind, whoever loads and releases meanwhile. */
class SegmentStoreTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 20;

  private final MemoryObjectStore objects = new MemoryObjectStore();
  @TempDir private Path cache;
  private TestCluster cluster;
  private Load load;
  private SegmentStore store;

  @BeforeEach
  void flush() {
    cluster = new TestCluster(new MemoryLogStore(), objects, cache, TestConfig.ROOMY, 1);
    cluster.start();
    TestTable table = new TestTable(cluster, 1);
    table.insert(new long[] {1, 2}, new long[] {1, 2});
    table.flush();
    load =
        new Load(
            cluster.dataCoord().flushedSegments(1).getFirst(),
            table.schema(),
            Set.of(),
            List.of(),
            List.of());
    store =
        new SegmentStore(
            new SegmentObjects(objects, cache), new DeleteObjects(objects), damaged -> {});
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aReleasedSegmentIsForgottenAndMayComeBack() {
    long id = load.segment().id();
    for (int i = 0; i < 2; i++) {
      store.load(load);
      assertThat(store.ids()).containsExactly(id);
      assertThat(store.find(id)).isPresent();
      store.release(id);
      assertThat(store.ids()).isEmpty();
      assertThat(store.find(id)).isEmpty();
    }
  }

  @Test
  void aLoadThatFailedLeavesNothing() {
    objects.list("segments/").forEach(object -> objects.delete(object.key()));
    assertThatThrownBy(() -> store.load(load)).isInstanceOf(ElanusException.class);
    assertThat(store.ids()).isEmpty();
  }

  @Test
  void loadsAndReleasesAtOnce() throws InterruptedException, ExecutionException {
    long id = load.segment().id();
    List<Future<?>> threads = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        threads.add(
            pool.submit(() -> {
              for (int round = 0; round < ROUNDS; round++) {
                store.load(load);
                store.release(id);
              }
            }));
      }
      for (Future<?> thread : threads) {
        thread.get();
      }
    }
    assertThat(store.ids()).isEmpty();
    store.load(load);
    assertThat(store.ids()).containsExactly(id);
    store.release(id);
  }
}
