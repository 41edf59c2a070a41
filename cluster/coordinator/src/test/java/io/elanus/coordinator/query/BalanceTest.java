package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BalanceTest {
  private static Balance.Item item(long segment, long node, long weight) {
    return new Balance.Item(new ReplicaKey(1, 1), segment, node, weight);
  }

  private static String plan(Set<Long> nodes, Set<Long> leaving, Balance.Item... items) {
    return Balance.plan(new Balance.Situation(nodes, leaving, List.of(items), 4)).stream()
        .map(move -> move.segment() + ": " + move.from() + " -> " + move.to())
        .collect(Collectors.joining(", "));
  }

  @Test
  void aNewNodeGetsItsShare() {
    assertThat(
            plan(
                Set.of(1L, 2L),
                Set.of(),
                item(1, 1, 100),
                item(2, 1, 100),
                item(3, 1, 100),
                item(4, 1, 100)))
        .isEqualTo("4: 1 -> 2, 3: 1 -> 2");
  }

  @Test
  void theLargestThatFitsIsMoved() {
    assertThat(plan(Set.of(1L, 2L), Set.of(), item(1, 1, 700), item(2, 1, 300), item(3, 1, 10)))
        .isEqualTo("2: 1 -> 2, 3: 1 -> 2");
  }

  @Test
  void oneLargeSegmentStaysWhereItIs() {
    assertThat(plan(Set.of(1L, 2L), Set.of(), item(1, 1, 700))).isEmpty();
  }

  @Test
  void oneLargeSegmentDoesNotKeepOthersFromTheirShare() {
    assertThat(
            plan(
                Set.of(1L, 2L, 3L),
                Set.of(),
                item(1, 1, 900),
                item(2, 2, 200),
                item(3, 2, 200),
                item(4, 2, 200)))
        .isEqualTo("4: 2 -> 3");
  }

  @Test
  void smallDifferencesAreLeft() {
    assertThat(plan(Set.of(1L, 2L), Set.of(), item(1, 1, 100), item(2, 1, 10), item(3, 2, 100)))
        .isEmpty();
  }

  @Test
  void aLeavingNodeIsEmptiedAndGetsNothing() {
    assertThat(
            plan(
                Set.of(1L, 2L, 3L),
                Set.of(1L),
                item(1, 1, 50),
                item(2, 1, 60),
                item(3, 2, 100),
                item(4, 3, 100)))
        .isEqualTo("2: 1 -> 2, 1: 1 -> 3");
  }

  @Test
  void nobodyTakesWhatAllLeave() {
    assertThat(plan(Set.of(1L, 2L), Set.of(1L, 2L), item(1, 1, 50))).isEmpty();
  }

  @Test
  void roundsEndAndNothingIsMovedTwice() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      Map<Long, Balance.Item> items = new TreeMap<>();
      int nodes = 2 + random.nextInt(6);
      for (long segment = 1; segment <= random.nextInt(60); segment++) {
        items.put(
            segment, item(segment, 1 + random.nextInt(nodes), 1 + (long) random.nextInt(1000)));
      }
      Set<Long> ids = new java.util.TreeSet<>();
      for (long node = 1; node <= nodes; node++) {
        ids.add(node);
      }
      List<Balance.Move> moves = new ArrayList<>();
      List<Balance.Move> next;
      do {
        Set<Long> leaving = round % 3 == 0 ? Set.of(1L) : Set.of();
        var situation = new Balance.Situation(ids, leaving, List.copyOf(items.values()), 3);
        next = Balance.plan(situation);
        assertThat(next).as("round " + round).isEqualTo(PlainBalance.plan(situation));
        for (Balance.Move move : next) {
          Balance.Item item = items.get(move.segment());
          assertThat(item.node()).isEqualTo(move.from());
          items.put(move.segment(), item(move.segment(), move.to(), item.weight()));
        }
        moves.addAll(next);
      } while (!next.isEmpty() && moves.size() < 1000);
      assertThat(moves).hasSizeLessThan(3 * items.size() + 1);
    }
  }
}
