package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.ResourceGroups;
import io.elanus.roles.ResourceGroups.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GroupPlanTest {
  private static ResourceGroup group(String name, int requests, int limits, Long... nodes) {
    return group(name, Config.of(requests, limits), nodes);
  }

  private static ResourceGroup group(String name, Config config, Long... nodes) {
    return new ResourceGroup(name, config, new TreeSet<>(Arrays.asList(nodes)));
  }

  private static Set<Long> upTo(long count) {
    return LongStream.rangeClosed(1, count).boxed().collect(Collectors.toSet());
  }

  private static SortedMap<String, NavigableSet<Long>> plan(
      Set<Long> nodes, ResourceGroup... groups) {
    return plan(nodes, Set.of(), Map.of(), groups);
  }

  private static SortedMap<String, NavigableSet<Long>> plan(
      Set<Long> nodes,
      Set<Long> leaving,
      Map<Long, Map<String, String>> labels,
      ResourceGroup... groups) {
    List<ResourceGroup> all = new ArrayList<>(List.of(groups));
    if (all.stream().noneMatch(ResourceGroup::isDefault)) {
      all.add(ResourceGroup.DEFAULT);
    }
    return GroupPlan.of(new GroupPlan.Situation(all, nodes, leaving, labels));
  }

  private static Set<Long> byDefault(Map<String, NavigableSet<Long>> plan) {
    return plan.getOrDefault(ResourceGroups.DEFAULT, new TreeSet<>());
  }

  @Test
  void whatNobodyAsksForIsInTheDefaultGroup() {
    assertThat(plan(upTo(3), group("a", 0, 5)))
        .isEqualTo(Map.of("a", Set.of(), ResourceGroups.DEFAULT, upTo(3)));
  }

  @Test
  void aGroupThatIsShortTakesTheNewestOfTheDefaultGroup() {
    assertThat(plan(upTo(4), group("a", 2, 2, 1L)))
        .containsEntry("a", new TreeSet<>(Set.of(1L, 4L)));
  }

  @Test
  void whereThereAreTooFewEverybodyGetsSome() {
    var plan = plan(upTo(3), group("a", 3, 3), group("b", 3, 3));
    assertThat(plan.get("a")).hasSize(2);
    assertThat(plan.get("b")).hasSize(1);
    assertThat(byDefault(plan)).isEmpty();
  }

  @Test
  void nobodyIsBroughtBelowWhatItRequests() {
    var plan = plan(upTo(3), group("a", 2, 2, 1L, 2L), group("b", 2, 2, 3L));
    assertThat(plan).containsEntry("a", new TreeSet<>(Set.of(1L, 2L)));
    assertThat(plan).containsEntry("b", new TreeSet<>(Set.of(3L)));
  }

  @Test
  void missingNodesComeFromThoseBeyondTheirLimitsThenFromThoseNamedThenFromWhoHasMost() {
    var needy = new Config(1, 1, List.of("named"), List.of(), Map.of());
    ResourceGroup named = group("named", 0, 9, 1L);
    ResourceGroup beyond = group("beyond", 0, 1, 2L, 3L);
    assertThat(plan(upTo(6), group("a", needy), named, beyond))
        .containsEntry("a", new TreeSet<>(Set.of(3L)));
    assertThat(plan(Set.of(1L, 4L, 5L), group("a", needy), named))
        .containsEntry("a", new TreeSet<>(Set.of(1L)));
    assertThat(
            plan(upTo(6), group("a", 1, 1), group("b", 0, 9, 1L, 2L, 3L, 4L), group("c", 0, 9, 5L)))
        .containsEntry("a", new TreeSet<>(Set.of(4L)));
  }

  @Test
  void whatIsBeyondTheLimitGoesToThoseNamedAndElseToTheDefaultGroup() {
    var full = new Config(0, 1, List.of(), List.of("next"), Map.of());
    ResourceGroup next = group("next", 0, 1);
    var plan = plan(upTo(3), group("a", full, 1L, 2L, 3L), next);
    assertThat(plan).containsEntry("a", new TreeSet<>(Set.of(1L)));
    assertThat(plan).containsEntry("next", new TreeSet<>(Set.of(3L)));
    assertThat(byDefault(plan)).containsExactly(2L);
  }

  @Test
  void theDefaultGroupGivesAwayWhatIsBeyondItsLimit() {
    ResourceGroup little = group(ResourceGroups.DEFAULT, 1, 1);
    var plan = plan(upTo(4), little, group("a", 0, 9), group("b", 0, 2));
    assertThat(byDefault(plan)).hasSize(1);
    assertThat(plan.get("a")).hasSize(3);
  }

  @Test
  void onlyNodesWithItsLabelsAreInAGroup() {
    var choosy = new Config(2, 2, List.of(), List.of(), Map.of("zone", "b"));
    Map<Long, Map<String, String>> labels = Map.of(2L, Map.of("zone", "b", "disk", "fast"));
    var plan = plan(upTo(3), Set.of(), labels, group("a", choosy, 1L));
    assertThat(plan).containsEntry("a", new TreeSet<>(Set.of(2L)));
    assertThat(byDefault(plan)).containsExactly(1L, 3L);
  }

  @Test
  void aNodeThatLeavesStaysAndDoesNotCount() {
    var plan = plan(upTo(3), Set.of(1L), Map.of(), group("a", 1, 1, 1L));
    assertThat(plan).containsEntry("a", new TreeSet<>(Set.of(1L, 3L)));
  }

  /** Whatever groups there are and whoever came or went. */
  @Test
  void plansAreCompleteKeepTheirBoundsAndMoveNothingTwice() {
    Random random = new Random(5);
    for (int round = 0; round < 3000; round++) {
      Set<Long> nodes = upTo(random.nextInt(12));
      nodes.removeIf(node -> random.nextInt(5) == 0);
      Set<Long> leaving = new HashSet<>(nodes);
      leaving.removeIf(node -> random.nextInt(6) > 0);
      Map<Long, Map<String, String>> labels = new HashMap<>();
      nodes.forEach(node -> labels.put(node, random.nextBoolean() ? Map.of("l", "x") : Map.of()));
      List<ResourceGroup> groups = random(random);
      var situation = new GroupPlan.Situation(groups, nodes, leaving, labels);
      SortedMap<String, NavigableSet<Long>> plan = GroupPlan.of(situation);
      List<Long> all = plan.values().stream().flatMap(Set::stream).toList();
      assertThat(all).doesNotHaveDuplicates().hasSameElementsAs(nodes);
      checkBounds(groups, plan, leaving);
      List<ResourceGroup> then =
          groups.stream()
              .map(group -> group.isDefault() ? group : group.with(plan.get(group.name())))
              .toList();
      assertThat(GroupPlan.of(new GroupPlan.Situation(then, nodes, leaving, labels)))
          .as(situation.toString())
          .isEqualTo(plan);
    }
  }

  private static List<ResourceGroup> random(Random random) {
    List<ResourceGroup> groups = new ArrayList<>();
    List<String> names = List.of("a", "b", "c");
    for (String name : names) {
      int requests = random.nextInt(4);
      List<String> others = names.stream().filter(other -> !other.equals(name)).toList();
      var config =
          new Config(
              requests,
              requests + random.nextInt(3),
              random.nextBoolean() ? others : List.of(),
              random.nextBoolean() ? others : List.of(),
              random.nextInt(3) == 0 ? Map.of("l", "x") : Map.of());
      groups.add(group(name, config, random.longs(4, 1, 12).boxed().toArray(Long[]::new)));
    }
    groups.add(
        random.nextInt(3) == 0
            ? group(ResourceGroups.DEFAULT, 1, 1 + random.nextInt(3))
            : ResourceGroup.DEFAULT);
    return groups;
  }

  /** Nobody is short while another group has more than it requests, labels apart. */
  private static void checkBounds(
      List<ResourceGroup> groups, Map<String, NavigableSet<Long>> plan, Set<Long> leaving) {
    boolean choosy = groups.stream().anyMatch(group -> !group.config().labels().isEmpty());
    boolean isShort = false;
    boolean spares = false;
    for (ResourceGroup group : groups) {
      Set<Long> staying = new TreeSet<>(plan.get(group.name()));
      staying.removeAll(leaving);
      isShort |= staying.size() < group.config().requests();
      spares |= staying.size() > group.config().requests();
      if (!group.isDefault()) {
        assertThat(staying.size()).isLessThanOrEqualTo(group.config().limits());
      }
    }
    assertThat(isShort && spares && !choosy).isFalse();
  }
}
