package io.elanus.coordinator.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.FakeMetadata;
import io.elanus.coordinator.SteppedBackground;
import io.elanus.coordinator.ledger.Tenure;
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

  private TimestampOracle seize() {
    return new TimestampOracle(metadata, Tenure.SEIZED, millis::get, 3_000, background);
  }

  @Test
  void oneThatWasReplacedCannotGoBeyondWhatItsSuccessorKnows() {
    TimestampOracle first = seize();
    long given = first.allocate(1).first();
    TimestampOracle second = seize();
    millis.addAndGet(60_000);
    assertThatThrownBy(() -> first.allocate(1)).hasMessageContaining("taken over");
    millis.addAndGet(-60_000);
    assertThat(second.allocate(1).first()).isGreaterThan(given);
    first.close(); // within the bound it knew, nothing to give back
    assertThat(seize().allocate(1).first()).isGreaterThan(second.allocate(1).first());
  }

  @Test
  void itGoesOnAfterAWriteWhoseOutcomeWasNotTold() {
    TimestampOracle oracle = seize();
    long last = oracle.allocate(1).first();
    for (int i = 0; i < 4; i++) {
      millis.addAndGet(60_000);
      if (i % 2 == 0) {
        metadata.loseAnswers(1);
      } else {
        metadata.fail(true);
      }
      assertThatThrownBy(() -> oracle.allocate(1)).hasMessageContaining("planned");
      metadata.fail(false);
      long next = oracle.allocate(1).first();
      assertThat(next).isGreaterThan(last);
      last = next;
    }
    assertThat(seize().allocate(1).first()).isGreaterThan(last);
  }

  private TimestampOracle open() {
    return new TimestampOracle(metadata, Tenure.SOLE, millis::get, 3_000, background);
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
    var ids = new Ids(metadata, Tenure.SOLE, background);
    long first = ids.allocate(5).first();
    assertThat(first).isEqualTo(Ids.FIRST);
    long afterKill = new Ids(metadata, Tenure.SOLE, background).allocate(1).first();
    assertThat(afterKill).isGreaterThan(first + 4);
    var orderly = new Ids(metadata, Tenure.SOLE, background);
    long last = orderly.allocate(1).first();
    orderly.close();
    assertThat(new Ids(metadata, Tenure.SOLE, background).allocate(1).first()).isEqualTo(last + 1);
  }
}
