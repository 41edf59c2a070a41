package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.QueryNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class ReadLoadsTest {
  private static final Set<Long> NODES = Set.of(1L, 2L);
  private static final long HOT = 7;
  private static final long COLD = 8;
  private static final long WEIGHT = 1000;

  private final ReadLoads loads = new ReadLoads();
  private List<Balance.Item> items = new ArrayList<>();
  private long millis = 1_000_000;
  private int moves;

  private void place(long collection, long node, int segments) {
    for (int i = 0; i < segments; i++) {
      items.add(new Balance.Item(new ReplicaKey(collection, 1), items.size(), node, WEIGHT));
    }
  }

  private long on(long node, ToLongFunction<Balance.Item> value) {
    return items.stream().filter(item -> item.node() == node).mapToLong(value).sum();
  }

  /** A look after ten seconds, and what the balance makes of it. */
  private void look(ToLongFunction<Balance.Item> micros) {
    millis += 10_000;
    Map<Long, QueryNode.Usage> usages = new HashMap<>();
    for (long node : NODES) {
      Map<Long, Long> byCollection = new TreeMap<>();
      items.stream()
          .filter(item -> item.node() == node)
          .forEach(item ->
              byCollection.merge(item.replica().collection(), micros.applyAsLong(item), Long::sum));
      usages.put(node, new QueryNode.Usage(on(node, Balance.Item::weight), 100_000, byCollection));
    }
    loads.told(usages, items, millis);
    var situation = new Balance.Situation(NODES, Set.of(), loads.weighed(items), 16);
    for (Balance.Move move : Balance.plan(situation)) {
      moves++;
      items =
          new ArrayList<>(
              items.stream()
                  .map(item ->
                      item.segment() == move.segment()
                          ? new Balance.Item(
                              item.replica(), item.segment(), move.to(), item.weight())
                          : item)
                  .toList());
    }
  }

  private static long hot(Balance.Item item) {
    return item.replica().collection() == HOT ? 200_000 : 0;
  }

  @Test
  void whatIsReadMuchIsSpread() {
    place(HOT, 1, 10);
    place(COLD, 2, 10);
    look(ReadLoadsTest::hot);
    assertThat(moves).as("one look may be chance").isZero();
    for (int round = 0; round < 40; round++) {
      look(ReadLoadsTest::hot);
    }
    long reads = on(1, ReadLoadsTest::hot);
    assertThat(reads).isBetween(600_000L, 1_400_000L);
    assertThat(on(1, Balance.Item::weight)).isBetween(6 * WEIGHT, 14 * WEIGHT);
    int once = moves;
    for (int round = 0; round < 40; round++) {
      look(ReadLoadsTest::hot);
    }
    assertThat(moves).as("what is even stays").isEqualTo(once);
  }

  @Test
  void anIdleOrEvenClusterMovesNothing() {
    place(HOT, 1, 10);
    place(COLD, 2, 10);
    Random random = new Random(4);
    for (int round = 0; round < 50; round++) {
      look(item -> hot(item) / 1000);
    }
    for (int round = 0; round < 500; round++) {
      look(item -> 200_000 + random.nextInt(80_000));
    }
    assertThat(moves).isZero();
  }

  @Test
  void aFullNodeIsTold() {
    loads.told(
        Map.of(
            1L, new QueryNode.Usage(95, 100, Map.of()),
            2L, new QueryNode.Usage(80, 100, Map.of())),
        items,
        millis);
    assertThat(loads.full()).containsExactly(1L);
  }
}
