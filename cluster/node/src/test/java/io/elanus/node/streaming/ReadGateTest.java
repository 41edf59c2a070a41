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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
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
      gate.stampGroup(1);
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
      while (reader.getState() != Thread.State.TIMED_WAITING) {
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
      long written = gate.stampGroup(1);
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

  @Test
  void aGroupThatWaitsForItsTimestampsHoldsUpAReadOnlyUntilItsTimeIsPast() throws Exception {
    try (TestCluster cluster = cluster()) {
      FakeRootCoord root = cluster.rootCoord();
      Oracle oracle = oracle(cluster);
      ReadGate gate = new ReadGate(oracle, Duration.ofSeconds(1));
      oracle.timestamps(1);
      root.advanceMillis(1000);
      long read = root.now(); // of a Strong read, given out before the oracle was gone
      CountDownLatch asked = new CountDownLatch(1);
      root.beforeTimestamps(() -> hang(root, asked));
      CompletableFuture<Long> stamped = new CompletableFuture<>();
      Thread loop =
          Thread.ofVirtual()
              .start(() -> {
                gate.groupBegins();
                stamped.complete(gate.stampGroup(1));
              });
      asked.await();
      oracle.see(read); // by another channel
      Thread reader = Thread.ofVirtual().start(() -> await(gate, read));
      assertThat(reader.join(Duration.ofMillis(50))).isFalse();
      root.advanceMillis(300);
      reader.join();
      assertThat(stamped).isNotDone();
      root.beforeTimestamps(() -> {});
      root.comeBack();
      loop.join();
      assertThat(stamped.get()).isGreaterThan(read);
      assertThatThrownBy(() -> Waits.forbidden(() -> await(gate, stamped.join())))
          .isInstanceOf(Waits.WouldWait.class);
      Waits.forbidden(() -> await(gate, stamped.join() - 1));
    }
  }

  @Test
  void whatWasPromisedWhileATimestampWasOnItsWayIsEarlier() {
    try (TestCluster cluster = cluster()) {
      FakeRootCoord root = cluster.rootCoord();
      Oracle oracle = oracle(cluster);
      oracle.timestamps(1);
      long promised = Timestamps.of(root.millis() + 700, 0);
      AtomicInteger answers = new AtomicInteger();
      root.afterTimestamps(() -> {
        if (answers.getAndIncrement() == 0) { // the first answer takes a second
          root.advanceMillis(1000);
          assertThat(oracle.promise(promised)).isTrue();
        }
      });
      assertThat(oracle.timestamps(1)).isGreaterThan(promised);
      assertThat(answers).hasValue(2);
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
