package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Waits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Without threads and clock: what would run elsewhere, and what a loop would run after reading, is
 * kept; time passes by hand.
 */
final class CallThreadsTest {
  private static final int KIND = 7;

  private final ArrayDeque<Runnable> elsewhere = new ArrayDeque<>();
  private final ArrayDeque<Runnable> afterRead = new ArrayDeque<>();
  private final List<String> ran = new ArrayList<>();
  private boolean onLoop = true;
  private long nowNanos;
  private final CallThreads threads =
      new CallThreads(
          elsewhere::add,
          task -> {
            if (onLoop) {
              afterRead.add(task);
            }
            return onLoop;
          },
          () -> nowNanos);

  @Test
  void anUnknownKindRunsElsewhereUntilItWasShortForAWhile() {
    threads.run(KIND, () -> ran.add("first"));
    assertThat(elsewhere).hasSize(1);
    learn(KIND);
    threads.run(KIND, () -> ran.add("later"));
    assertThat(elsewhere).isEmpty();
    assertThat(afterRead).hasSize(1);
    afterRead.remove().run();
    assertThat(ran).contains("later");
  }

  @Test
  void ofCallsReadAtOnceOnlyTheLastStays() {
    learn(KIND);
    for (String call : List.of("a", "b", "c")) {
      threads.run(KIND, () -> ran.add(call));
    }
    ran.clear();
    assertThat(afterRead).hasSize(1);
    afterRead.remove().run();
    assertThat(ran).containsExactly("c");
    elsewhere.forEach(Runnable::run);
    assertThat(ran).containsExactly("c", "a", "b");
  }

  @Test
  void aLongCallSendsItsKindAwayButNoOther() {
    learn(KIND);
    learn(KIND + 1);
    threads.run(KIND, () -> nowNanos += CallCost.TOO_LONG_NANOS + 1);
    afterRead.remove().run();
    threads.run(KIND, () -> ran.add("after"));
    assertThat(elsewhere).hasSize(1);
    threads.run(KIND + 1, () -> ran.add("other"));
    assertThat(afterRead).hasSize(1);
    afterRead.remove().run();
    nowNanos += CallCost.PENANCE_NANOS + 1;
    learn(KIND);
    threads.run(KIND, () -> ran.add("a second later"));
    assertThat(afterRead).as("it may stay again").hasSize(1);
  }

  @Test
  void offTheLoopAndWithoutAKindCallsRunElsewhere() {
    learn(KIND);
    onLoop = false;
    threads.run(KIND, () -> ran.add("off"));
    threads.run(() -> ran.add("long"));
    assertThat(elsewhere).hasSize(2);
    onLoop = true;
    threads.run(KIND, () -> ran.add("on"));
    assertThat(afterRead).hasSize(1);
  }

  @Test
  void aReadThatWouldWaitIsBegunAnewElsewhereAndItsKindStaysAwayForAMoment() {
    learn(KIND);
    threads.run(
        KIND,
        () -> {
          ran.add("begun");
          Waits.begin();
          ran.add("waited");
        });
    afterRead.remove().run();
    assertThat(ran).containsExactly("begun");
    elsewhere.remove().run();
    assertThat(ran).containsExactly("begun", "begun", "waited");
    threads.run(KIND, () -> ran.add("next"));
    assertThat(afterRead).isEmpty();
    assertThat(elsewhere).hasSize(1);
    nowNanos += CallCost.WAIT_NANOS + 1;
    threads.run(KIND, () -> ran.add("later"));
    assertThat(afterRead).hasSize(1);
  }

  @Test
  void aCallThatFailsLeavesTheNextInPlace() {
    learn(KIND);
    threads.run(
        KIND,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    Runnable failing = afterRead.remove();
    try {
      failing.run();
    } catch (IllegalStateException expected) {
      ran.add("failed");
    }
    threads.run(KIND, () -> ran.add("next"));
    afterRead.remove().run();
    assertThat(ran).endsWith("failed", "next");
  }

  private void learn(int kind) {
    for (int i = 0; i < 100; i++) {
      threads.run(kind, () -> {});
      while (!elsewhere.isEmpty()) {
        elsewhere.remove().run();
      }
      while (!afterRead.isEmpty()) {
        afterRead.remove().run();
      }
    }
  }
}
