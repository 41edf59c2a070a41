package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InsertBudgetTest {
  private final InsertBudget budget = new InsertBudget(100, 40);
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
    InsertBudget.Ticket a = budget.enter(() -> started.add("a"));
    budget.enter(() -> started.add("b"));
    budget.enter(() -> started.add("c"));
    a.arrived(5);
    assertThat(started).containsExactly("a", "b", "c");
    assertThat(budget.usedBytes()).isEqualTo(85);
  }

  @Test
  void endingMakesRoomOnceAndInOrder() {
    InsertBudget.Ticket a = budget.enter(() -> started.add("a"));
    InsertBudget.Ticket b = budget.enter(() -> started.add("b"));
    InsertBudget.Ticket c = budget.enter(() -> started.add("c"));
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
}
