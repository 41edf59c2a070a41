package io.elanus.node.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.FakeRootCoord;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadGateTest {
  @TempDir private Path cache;

  private TestCluster cluster() {
    return new TestCluster(
        new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 0);
  }

  private static Oracle oracle(TestCluster cluster) {
    return new Oracle(cluster, cluster.rootCoord(), Executors.newVirtualThreadPerTaskExecutor());
  }

  @Test
  void aReadWaitsForTheGroupInFlightAndForNoLaterOne() throws InterruptedException {
    try (TestCluster cluster = cluster()) {
      Oracle oracle = oracle(cluster);
      ReadGate gate = new ReadGate(oracle, Duration.ofSeconds(1));
      FakeRootCoord root = cluster.rootCoord();
      gate.await(root.now());
      gate.groupBegins();
      oracle.timestamps(1);
      CountDownLatch passed = new CountDownLatch(1);
      long read = root.now();
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  gate.await(read);
                  passed.countDown();
                } catch (InterruptedException interrupted) {
                  throw new AssertionError(interrupted);
                }
              });
      while (reader.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(passed.getCount()).isEqualTo(1);
      gate.groupApplied();
      gate.groupBegins();
      passed.await();
    }
  }

  @Test
  void aReadOfATimeBeforeTheGroupInFlightDoesNotWait() throws InterruptedException {
    try (TestCluster cluster = cluster()) {
      Oracle oracle = oracle(cluster);
      ReadGate gate = new ReadGate(oracle, Duration.ofSeconds(1));
      long acknowledged = oracle.timestamps(1);
      gate.groupBegins();
      long written = oracle.timestamps(1);
      Waits.forbidden(() -> await(gate, acknowledged));
      assertThatThrownBy(() -> Waits.forbidden(() -> await(gate, written)))
          .isInstanceOf(Waits.WouldWait.class);
      gate.groupApplied();
      Waits.forbidden(() -> await(gate, written));
    }
  }

  private static void await(ReadGate gate, long timestamp) {
    try {
      gate.await(timestamp);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void aReadFarInTheFutureIsRefused() {
    try (TestCluster cluster = cluster()) {
      ReadGate gate = new ReadGate(oracle(cluster), Duration.ofMillis(50));
      long future = Timestamps.of(Timestamps.physicalMillis(cluster.rootCoord().now()) + 60_000, 0);
      assertThatThrownBy(() -> gate.await(future))
          .extracting(error -> ((ElanusException) error).code())
          .isEqualTo(ErrorCode.TIMEOUT);
    }
  }

  @Test
  void aReadThatLagsAsksNoCoordinatorAndLaterWritesAreNewer() {
    try (TestCluster cluster = cluster()) {
      FakeRootCoord root = cluster.rootCoord();
      Oracle oracle = oracle(cluster);
      ReadGate gate = new ReadGate(oracle, Duration.ofSeconds(1));
      oracle.timestamps(1);
      root.advanceMillis(10_000);
      root.beforeTimestamps(() -> {
        throw new ElanusException(ErrorCode.UNAVAILABLE, "no coordinator");
      });
      long lagging = Timestamps.of(root.millis() - 5000, 3);
      assertThat(oracle.seen()).isLessThan(lagging);
      await(gate, lagging);
      assertThatThrownBy(() -> await(gate, Timestamps.of(root.millis(), 0)))
          .hasMessageContaining("no coordinator");
      root.beforeTimestamps(() -> {});
      assertThat(oracle.timestamps(1)).isGreaterThan(lagging);
    }
  }

  @Test
  void anOracleThatHangsHoldsUpAReadOnlyUntilItsTimeIsPast() throws InterruptedException {
    try (TestCluster cluster = cluster()) {
      FakeRootCoord root = cluster.rootCoord();
      Oracle oracle = oracle(cluster);
      ReadGate gate = new ReadGate(oracle, Duration.ofSeconds(1));
      oracle.timestamps(1);
      root.advanceMillis(1000);
      CountDownLatch asked = new CountDownLatch(1);
      root.beforeTimestamps(() -> hang(root, asked));
      long recent = Timestamps.of(root.millis() - 100, 0);
      Thread reader = Thread.ofVirtual().start(() -> await(gate, recent));
      asked.await();
      assertThat(reader.join(Duration.ofMillis(50))).isFalse();
      root.advanceMillis(300);
      reader.join();
      root.beforeTimestamps(() -> {});
      assertThat(oracle.timestamps(1)).isGreaterThan(recent);
    }
  }

  /** As a call to another process that does not answer; lets go of the monitor. */
  private static void hang(FakeRootCoord root, CountDownLatch asked) {
    Waits.begin();
    asked.countDown();
    try {
      root.wait();
    } catch (InterruptedException given) {
      throw new ElanusException(ErrorCode.CANCELLED, "interrupted", given);
    }
  }
}
