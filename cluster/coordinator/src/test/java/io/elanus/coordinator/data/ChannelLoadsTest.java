package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.StreamingNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChannelLoadsTest {
  private static final Set<Long> NODES = Set.of(1L, 2L);
  private static final long MEGABYTE = 1 << 20;

  private final ChannelLoads loads = new ChannelLoads();
  private final SortedMap<String, Long> owners = new TreeMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private long millis = 1_000_000;
  private int moves;

  ChannelLoadsTest() {
    for (int channel = 0; channel < 6; channel++) {
      owners.put("c" + channel, channel < 3 ? 1L : 2L);
    }
  }

  /** A look after ten seconds, and what a plan makes of it. */
  private void look(Map<String, Double> megabytes) {
    millis += 10_000;
    owners
        .keySet()
        .forEach(channel ->
            loads.told(
                new StreamingNode.Held(
                    channel,
                    epochs.getOrDefault(channel, 1L),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    (long) (megabytes.getOrDefault(channel, 0.0) * MEGABYTE)),
                millis));
    if (loads.adopt(owners, NODES, millis)) {
      ChannelPlan.of(new ChannelPlan.Situation(owners, NODES, Set.of(), loads.planned()))
          .forEach((channel, node) -> {
            if (!node.equals(owners.put(channel, node))) {
              epochs.merge(channel, 2L, Long::sum);
              moves++;
            }
          });
    }
  }

  @Test
  void anIdleClusterMovesNothing() {
    for (int round = 0; round < 20; round++) {
      look(Map.of());
    }
    assertThat(loads.planned()).isEmpty();
  }

  @Test
  void whereAllIsWrittenToOneNodeItIsShared() {
    Map<String, Double> written = Map.of("c0", 20.0, "c1", 20.0, "c2", 20.0);
    look(written);
    assertThat(moves).as("one look may be chance").isZero();
    look(written);
    assertThat(moves).isEqualTo(1);
    for (int round = 0; round < 30; round++) {
      look(written);
    }
    assertThat(moves).as("two and one is the best there is").isEqualTo(1);
  }

  @Test
  void whatFluctuatesAroundTheSameMeanStaysWhereItIs() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      Map<String, Double> written = new HashMap<>();
      owners.keySet().forEach(channel -> written.put(channel, 20 + 8 * random.nextDouble()));
      look(written);
    }
    assertThat(moves).isZero();
  }

  @Test
  void aFreshOwnerIsNotThoughtIdle() {
    Map<String, Double> written = new HashMap<>();
    owners.keySet().forEach(channel -> written.put(channel, 20.0));
    look(written);
    owners.replaceAll((channel, node) -> channel.equals("c0") || channel.equals("c1") ? 2L : node);
    epochs.putAll(Map.of("c0", 2L, "c1", 2L));
    owners.replaceAll((channel, node) -> channel.equals("c5") || channel.equals("c4") ? 1L : node);
    epochs.putAll(Map.of("c4", 2L, "c5", 2L));
    Map<String, Double> known = new HashMap<>(written);
    known.keySet().removeAll(Set.of("c0", "c1")); // its new owner has counted nothing yet
    look(known);
    look(known);
    assertThat(moves).isZero();
    for (int round = 0; round < 10; round++) {
      look(known);
    }
    assertThat(moves).as("after a minute it is idle indeed").isPositive();
  }
}
