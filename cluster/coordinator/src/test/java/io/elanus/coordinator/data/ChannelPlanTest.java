package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * In the golden file a situation is a line {@code 1: a b | 2: c | draining 2 | none: d | load a=5},
 * and the plan is the line below it: what moves where, then what each node has.
 */
class ChannelPlanTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/elanus/coordinator/channels.golden");

  @Test
  void plansAreWhatTheGoldenFileSays() throws IOException {
    List<String> expected = Files.readAllLines(GOLDEN);
    List<String> actual = new ArrayList<>();
    for (String line : expected) {
      if (line.startsWith("  ")) {
        continue;
      }
      actual.add(line);
      if (!line.isBlank() && !line.startsWith("#")) {
        actual.add("  " + print(parse(line)));
      }
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.write(GOLDEN, actual);
    }
    assertThat(actual).isEqualTo(expected);
  }

  private static ChannelPlan.Situation parse(String line) {
    SortedMap<String, Long> owners = new TreeMap<>();
    Set<Long> nodes = new TreeSet<>();
    Set<Long> draining = new HashSet<>();
    Map<String, Long> loads = new HashMap<>();
    for (String part : line.split("\\|")) {
      List<String> words = new ArrayList<>(Arrays.asList(part.strip().split("[: ]+")));
      String first = words.removeFirst();
      switch (first) {
        case "draining" -> words.forEach(word -> draining.add(Long.parseLong(word)));
        case "none" -> words.forEach(word -> owners.put(word, 0L));
        case "gone" -> words.forEach(word -> owners.put(word, 99L));
        case "load" ->
            words.forEach(
                word -> loads.put(word.split("=")[0], Long.parseLong(word.split("=")[1])));
        default -> {
          nodes.add(Long.parseLong(first));
          words.forEach(word -> owners.put(word, Long.parseLong(first)));
        }
      }
    }
    return new ChannelPlan.Situation(owners, nodes, draining, loads);
  }

  private static String print(ChannelPlan.Situation situation) {
    SortedMap<String, Long> plan = ChannelPlan.of(situation);
    List<String> moves = new ArrayList<>();
    plan.forEach((channel, node) -> {
      if (situation.owners().get(channel) != (long) node) {
        moves.add(channel + "→" + node);
      }
    });
    String placed =
        new TreeSet<>(situation.nodes())
            .stream()
                .map(node ->
                    node
                        + ":"
                        + plan.keySet().stream()
                            .filter(channel -> plan.get(channel).equals(node))
                            .map(channel -> " " + channel)
                            .collect(Collectors.joining()))
                .collect(Collectors.joining(" | "));
    return (moves.isEmpty() ? "nothing moves" : String.join(" ", moves)) + " ⇒ " + placed;
  }

  @Test
  void plansSettleWhateverComesAndGoes() {
    long seed = 11;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      SortedMap<String, Long> owners = new TreeMap<>();
      Map<String, Long> loads = new HashMap<>();
      for (int channel = 0; channel < 1 + random.nextInt(40); channel++) {
        owners.put("c" + channel, (long) random.nextInt(8));
        if (random.nextInt(3) == 0) {
          loads.put("c" + channel, 1L + random.nextInt(20));
        }
      }
      Set<Long> nodes = new TreeSet<>();
      Set<Long> draining = new TreeSet<>();
      for (long node = 1; node <= 6; node++) {
        if (random.nextBoolean()) {
          nodes.add(node);
        }
        if (random.nextInt(6) == 0) {
          draining.add(node);
        }
      }
      var situation = new ChannelPlan.Situation(owners, nodes, draining, loads);
      SortedMap<String, Long> plan = ChannelPlan.of(situation);
      String what = "seed " + seed + ", round " + round;
      assertThat(plan).as(what).isEqualTo(PlainChannelPlan.of(situation));
      assertThat(plan.values()).as(what).allMatch(nodes::contains);
      boolean takers = nodes.stream().anyMatch(node -> !draining.contains(node));
      if (takers) {
        assertThat(plan.keySet()).as(what).isEqualTo(owners.keySet());
        assertThat(plan.values()).as(what).noneMatch(draining::contains);
      }
      SortedMap<String, Long> settled = new TreeMap<>(owners);
      settled.putAll(plan);
      assertThat(ChannelPlan.of(new ChannelPlan.Situation(settled, nodes, draining, loads)))
          .as(what + ": a plan over what a plan brought about moves nothing")
          .isEqualTo(plan);
    }
  }
}
