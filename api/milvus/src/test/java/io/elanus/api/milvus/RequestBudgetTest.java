package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestBudgetTest {
  private final RequestBudget budget = new RequestBudget(128, 40);
  private final List<String> started = new ArrayList<>();

  @Test
  void admitsWhileTheLongestMessageFits() {
    budget.enter(() -> started.add("a"));
    budget.enter(() -> started.add("b"));
    budget.enter(() -> started.add("c"));
    assertThat(started).containsExactly("a", "b");
    assertThat(budget.usedBytes()).isEqualTo(80);
  }

  @Test
  void anArrivedMessageHoldsOnlyWhatItTook() {
    RequestBudget.Ticket a = budget.enter(() -> started.add("a"));
    budget.enter(() -> started.add("b"));
    budget.enter(() -> started.add("c"));
    a.arrived(5);
    assertThat(started).containsExactly("a", "b", "c");
    assertThat(budget.usedBytes()).isEqualTo(85);
  }

  @Test
  void endingMakesRoomOnceAndInOrder() {
    RequestBudget.Ticket a = budget.enter(() -> started.add("a"));
    RequestBudget.Ticket b = budget.enter(() -> started.add("b"));
    RequestBudget.Ticket c = budget.enter(() -> started.add("c"));
    budget.enter(() -> started.add("d"));
    c.end();
    a.end();
    a.end();
    assertThat(started).containsExactly("a", "b", "d");
    b.arrived(40);
    b.end();
    assertThat(budget.usedBytes()).isEqualTo(40);
  }

  @Test
  void aQueueWithoutEndIsRefused() {
    for (int i = 0; i < 2 + 4096; i++) {
      assertThat(budget.enter(() -> {}).refused()).isFalse();
    }
    assertThat(budget.enter(() -> {}).refused()).isTrue();
  }

  @Test
  void whatComesInIsChargedAndRefusedWithoutRoom() {
    RequestBudget.Ticket a = budget.open();
    RequestBudget.Ticket b = budget.open();
    assertThat(a.received(50)).isTrue();
    assertThat(a.received(80)).isTrue();
    assertThat(b.received(48)).isTrue();
    assertThat(b.received(49)).isFalse();
    assertThat(budget.usedBytes()).isEqualTo(128);
    a.end();
    assertThat(b.received(49)).isTrue();
    b.end();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void reservationsLeaveRoomForOthers() {
    budget.enter(() -> started.add("a"));
    budget.enter(() -> started.add("b"));
    budget.enter(() -> started.add("c"));
    assertThat(started).containsExactly("a", "b");
    assertThat(budget.open().received(48)).isTrue();
  }

  @Test
  void aRequestGrowsToWhatItTakesOrIsRefused() {
    RequestBudget large = new RequestBudget(256L << 20, 64L << 20);
    RequestBudget.Ticket a = large.open();
    RequestBudget.Ticket b = large.open();
    assertThat(a.grow(225L << 20, false)).isEqualTo(RequestBudget.Growth.NEVER);
    assertThat(a.grow(200L << 20, false)).isEqualTo(RequestBudget.Growth.GRANTED);
    assertThat(b.grow(100L << 20, false)).isEqualTo(RequestBudget.Growth.NO_ROOM);
    // small requests find room where large ones do not
    assertThat(large.open().grow(1 << 20, false)).isEqualTo(RequestBudget.Growth.GRANTED);
    a.end();
    assertThat(b.grow(100L << 20, false)).isEqualTo(RequestBudget.Growth.GRANTED);
  }

  @Test
  void aRequestWaitsForOthersToEnd() throws InterruptedException {
    RequestBudget large = new RequestBudget(256L << 20, 64L << 20);
    RequestBudget.Ticket a = large.open();
    RequestBudget.Ticket b = large.open();
    assertThat(a.grow(200L << 20, false)).isEqualTo(RequestBudget.Growth.GRANTED);
    List<RequestBudget.Growth> grown = new ArrayList<>();
    Thread waiting = Thread.ofVirtual().start(() -> grown.add(b.grow(100L << 20, true)));
    a.end();
    waiting.join();
    assertThat(grown).containsExactly(RequestBudget.Growth.GRANTED);
  }
}
