package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.ResourceGroups;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReplicaPlanTest {
  private static final String GROUP = ResourceGroups.DEFAULT;

  private static ReplicaPlan.Present replica(long id, Set<Long> nodes, Map<String, Long> leaders) {
    return new ReplicaPlan.Present(id, GROUP, nodes, leaders);
  }

  private static String plan(Set<Long> nodes, Set<Long> leaving, ReplicaPlan.Present... replicas) {
    return ReplicaPlan.of(
            new ReplicaPlan.Situation(
                1, List.of("a", "b"), List.of(replicas), Map.of(GROUP, nodes), leaving, Map.of()))
        .stream()
        .map(each -> each.replicaId() + ": " + new TreeSet<>(each.nodes()) + " " + each.leaders())
        .collect(Collectors.joining(", "));
  }

  private static ReplicaPlan.Present fresh(long id) {
    return replica(id, Set.of(), Map.of());
  }

  @Test
  void nodesAreDividedEvenlyAndFollowersSpread() {
    assertThat(plan(Set.of(1L, 2L, 3L, 4L), Set.of(), fresh(10), fresh(11)))
        .isEqualTo("10: [1, 3] {}, 11: [2, 4] {a=2, b=4}");
  }

  @Test
  void whoHasANodeKeepsIt() {
    assertThat(
            plan(
                Set.of(1L, 2L, 3L),
                Set.of(),
                replica(10, Set.of(2L), Map.of()),
                replica(11, Set.of(1L), Map.of("a", 1L, "b", 1L))))
        .isEqualTo("10: [2, 3] {}, 11: [1] {a=1, b=1}");
  }

  @Test
  void aReplicaWithoutANodeGetsOneOfAnother() {
    assertThat(
            plan(
                Set.of(1L, 2L),
                Set.of(),
                replica(10, Set.of(1L, 2L), Map.of()),
                replica(11, Set.of(3L), Map.of("a", 3L, "b", 3L))))
        .isEqualTo("10: [1] {}, 11: [2] {a=2, b=2}");
  }

  @Test
  void withTooFewNodesOneReplicaHasNone() {
    assertThat(
            plan(
                Set.of(2L),
                Set.of(),
                replica(10, Set.of(1L), Map.of()),
                replica(11, Set.of(2L), Map.of("a", 2L, "b", 2L))))
        .isEqualTo("10: [] {}, 11: [2] {a=2, b=2}");
  }

  @Test
  void whereAllOfAGroupLeavesReplicasStayWhereTheyAre() {
    var groups = Map.of(GROUP, Set.of(7L), "big", Set.of(8L, 9L));
    List<Assigned> planned =
        ReplicaPlan.of(
            new ReplicaPlan.Situation(
                1,
                List.of("a"),
                List.of(replica(10, Set.of(8L), Map.of()), replica(11, Set.of(), Map.of())),
                groups,
                Set.of(7L),
                Map.of()));
    assertThat(planned).extracting(Assigned::nodes).containsExactly(Set.of(8L), Set.of());
  }

  @Test
  void whatLeavesLeadsNothingAndIsGivenUpWhenItIsTheLast() {
    assertThat(
            plan(
                Set.of(1L, 2L, 3L),
                Set.of(2L),
                replica(10, Set.of(1L), Map.of()),
                replica(11, Set.of(2L, 3L), Map.of("a", 2L, "b", 3L))))
        .isEqualTo("10: [1] {}, 11: [2, 3] {a=3, b=3}");
    assertThat(
            plan(
                Set.of(1L, 2L),
                Set.of(2L),
                replica(10, Set.of(1L), Map.of()),
                replica(11, Set.of(2L), Map.of("a", 2L, "b", 2L))))
        .isEqualTo("10: [1] {}, 11: [] {}");
  }

  @Test
  void aNodeThatJoinsTakesLeadsOver() {
    assertThat(
            plan(
                Set.of(1L, 2L, 3L, 4L),
                Set.of(),
                replica(10, Set.of(1L, 3L), Map.of()),
                replica(11, Set.of(2L), Map.of("a", 2L, "b", 2L))))
        .isEqualTo("10: [1, 3] {}, 11: [2, 4] {a=2, b=4}");
  }
}
