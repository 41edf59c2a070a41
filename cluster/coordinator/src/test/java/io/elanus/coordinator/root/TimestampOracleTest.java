package io.elanus.coordinator.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.FakeMetadata;
import io.elanus.coordinator.SteppedBackground;
import io.elanus.metadata.Transaction;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimestampOracleTest {
  private final FakeMetadata metadata = new FakeMetadata();
  private final SteppedBackground background = new SteppedBackground();
  private final AtomicLong millis = new AtomicLong(1_000_000);

  private TimestampOracle open() {
    return new TimestampOracle(metadata, millis::get, 3_000, background);
  }

  @Test
  void timestampsFollowTheClockAndAreConsecutive() {
    TimestampOracle oracle = open();
    long first = oracle.allocate(3).first();
    assertThat(Timestamps.physicalMillis(first)).isEqualTo(1_000_000);
    assertThat(oracle.allocate(1).first()).isEqualTo(first + 3);
  }

  @Test
  void theyRiseOverKillsStepsOfTheClockAndOrderlyEnds() {
    long seed = 7;
    var random = new Random(seed);
    TimestampOracle oracle = open();
    long last = 0;
    for (int i = 0; i < 5_000; i++) {
      switch (random.nextInt(12)) {
        case 0 -> oracle = open(); // a kill
        case 1 -> {
          oracle.close();
          oracle = open();
        }
        case 2 -> millis.addAndGet(-random.nextInt(400_000));
        case 3 -> millis.addAndGet(random.nextInt(300_000));
        default -> millis.incrementAndGet();
      }
      int count = 1 + random.nextInt(1 << random.nextInt(19));
      long first = oracle.allocate(count).first();
      assertThat(first).as("seed %d, step %d", seed, i).isGreaterThan(last);
      last = first + count - 1;
    }
  }

  @Test
  void aKilledOneIsFollowedBeyondEverythingItMayHaveGiven() {
    long given = open().allocate(1).first();
    millis.addAndGet(-500_000);
    assertThat(open().allocate(1).first()).isGreaterThan(given);
  }

  @Test
  void idleAndBusyWithinTheBoundWriteNothing() {
    TimestampOracle oracle = open();
    assertThat(metadata.commits()).isZero();
    for (int i = 0; i < 1_000; i++) {
      oracle.allocate(10);
    }
    assertThat(metadata.commits()).isEqualTo(1);
  }

  @Test
  void aDamagedBoundIsFatal() {
    metadata.commit(Transaction.builder().put("tso/bound", new byte[3]).build());
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            ElanusException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
  }

  @Test
  void theOlderOfTwoFails() {
    TimestampOracle older = open();
    older.allocate(1);
    TimestampOracle newer = open();
    newer.allocate(1);
    millis.addAndGet(10_000);
    assertThatThrownBy(() -> older.allocate(1)).hasMessageContaining("another coordinator");
    assertThat(newer.allocate(1).count()).isEqualTo(1);
  }

  @Test
  void idsAreNeverGivenTwice() {
    var ids = new Ids(metadata, background);
    long first = ids.allocate(5).first();
    assertThat(first).isEqualTo(Ids.FIRST);
    long afterKill = new Ids(metadata, background).allocate(1).first();
    assertThat(afterKill).isGreaterThan(first + 4);
    var orderly = new Ids(metadata, background);
    long last = orderly.allocate(1).first();
    orderly.close();
    assertThat(new Ids(metadata, background).allocate(1).first()).isEqualTo(last + 1);
  }
}
