package io.elanus.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NodeWeightsTest {
  @Test
  void lightestAndHeaviestAreWhatAScanFinds() {
    long seed = 3;
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      Map<Long, Long> plain = new TreeMap<>();
      for (long node = 1; node <= 1 + random.nextInt(20); node++) {
        plain.put(node, (long) random.nextInt(10));
      }
      var weights = new NodeWeights(plain);
      for (int step = 0; step < 200; step++) {
        String what = "seed " + seed + ", round " + round + ", step " + step;
        long least = Collections.min(plain.values());
        long most = Collections.max(plain.values());
        assertThat(weights.lightest()).as(what).isEqualTo(firstWith(plain, least));
        assertThat(weights.heaviest()).as(what).isEqualTo(firstWith(plain, most));
        assertThat(weights.share())
            .as(what)
            .isEqualTo(plain.values().stream().mapToLong(Long::longValue).sum() / plain.size());
        long node = 1 + random.nextInt(25);
        long weight = random.nextInt(7) - 3;
        weights.add(node, weight);
        plain.computeIfPresent(node, (any, before) -> before + weight);
        assertThat(weights.of(node)).as(what).isEqualTo(plain.getOrDefault(node, 0L));
      }
    }
  }

  @Test
  void whoIsSetAsideIsNotTheHeaviestAndStillWeighs() {
    var weights = new NodeWeights(Map.of(1L, 9L, 2L, 5L, 3L, 1L));
    weights.setAside(1);
    weights.add(1, 3);
    assertThat(weights.heaviest()).isEqualTo(2);
    assertThat(weights.of(1)).isEqualTo(12);
    assertThat(weights.share()).isEqualTo(6);
  }

  private static long firstWith(Map<Long, Long> weights, long weight) {
    return weights.keySet().stream()
        .filter(node -> weights.get(node) == weight)
        .findFirst()
        .orElseThrow();
  }
}
