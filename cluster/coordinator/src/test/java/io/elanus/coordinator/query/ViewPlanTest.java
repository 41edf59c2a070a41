package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewPlanTest {
  private static final ViewPlan.Held NONE = new ViewPlan.None();
  private static final ViewPlan.Held ALL = new ViewPlan.Of(Set.of());

  private static Segment segment(long id, long rows, Long... compactedFrom) {
    return new Segment(
        id,
        1,
        5,
        "c",
        Segments.State.FLUSHED,
        0,
        rows,
        0,
        "",
        0,
        0,
        0,
        0,
        0,
        Arrays.asList(compactedFrom));
  }

  private static Map<Long, Long> plan(
      List<Segment> flushed, Set<Long> complete, Map<Long, Long> placed, ViewPlan.Held held) {
    Map<Long, Serving.Placed> onNodes = new HashMap<>();
    placed.forEach(
        (id, node) -> onNodes.put(id, new Serving.Placed(segment(id, 100), node, Set.of(), 0)));
    return ViewPlan.of(
            new ViewPlan.Situation(
                List.of("c"),
                flushed,
                complete,
                onNodes,
                placed.keySet(),
                Map.of("c", held),
                Map.of(),
                Map.of(1L, 0L, 2L, Balance.weight(segment(0, 50))),
                Set.of()))
        .placements()
        .get("c");
  }

  @Test
  void aFreshLeaderTakesEverythingAtOnce() {
    assertThat(plan(List.of(segment(1, 10), segment(2, 20)), Set.of(), Map.of(), NONE))
        .containsOnlyKeys(1L, 2L);
  }

  @Test
  void aLeaderThatHoldsTheRowsWaitsForTheIndex() {
    List<Segment> flushed = List.of(segment(1, 10), segment(2, 20));
    assertThat(plan(flushed, Set.of(), Map.of(), ALL)).isEmpty();
    assertThat(plan(flushed, Set.of(2L), Map.of(), ALL)).containsOnlyKeys(2L);
  }

  @Test
  void aPartitionThatWasNotLoadedEntersAtOnce() {
    assertThat(plan(List.of(segment(1, 10)), Set.of(), Map.of(), new ViewPlan.Of(Set.of(6L))))
        .containsOnlyKeys(1L);
  }

  @Test
  void inputsStayUntilTheOutputIsComplete() {
    List<Segment> flushed = List.of(segment(3, 30, 1L, 2L));
    Map<Long, Long> placed = Map.of(1L, 1L, 2L, 2L);
    assertThat(plan(flushed, Set.of(), placed, ALL)).isEqualTo(placed);
    assertThat(plan(flushed, Set.of(3L), placed, ALL)).containsOnlyKeys(3L);
    assertThat(plan(flushed, Set.of(), Map.of(), ALL)).containsOnlyKeys(3L);
  }

  @Test
  void placedSegmentsThatAreGoneLeave() {
    assertThat(plan(List.of(segment(1, 10)), Set.of(1L), Map.of(1L, 2L, 9L, 1L), ALL))
        .isEqualTo(Map.of(1L, 2L));
  }

  @Test
  void rowsAreSpreadOverNodes() {
    Map<Long, Long> plan =
        plan(
            List.of(segment(1, 100), segment(2, 60), segment(3, 30)),
            Set.of(1L, 2L, 3L),
            Map.of(),
            ALL);
    assertThat(plan).isEqualTo(Map.of(1L, 1L, 2L, 2L, 3L, 1L));
  }

  private static Map<Long, Long> plan(
      Map<Long, Long> placed, Map<Long, Long> wanted, Set<Long> avoided) {
    Map<Long, Serving.Placed> onNodes = new HashMap<>();
    placed.forEach(
        (id, node) -> onNodes.put(id, new Serving.Placed(segment(id, 100), node, Set.of(), 0)));
    return ViewPlan.of(
            new ViewPlan.Situation(
                List.of("c"),
                List.of(segment(1, 100), segment(2, 100), segment(3, 100)),
                Set.of(1L, 2L, 3L),
                onNodes,
                placed.keySet(),
                Map.of("c", ALL),
                wanted,
                Map.of(1L, 0L, 2L, Balance.weight(segment(0, 50))),
                avoided))
        .placements()
        .get("c");
  }

  @Test
  void whatIsWantedElsewhereGoesThereIfTheNodeIsThere() {
    Map<Long, Long> placed = Map.of(1L, 1L, 2L, 1L);
    assertThat(plan(placed, Map.of(1L, 2L, 2L, 9L, 3L, 2L), Set.of()))
        .isEqualTo(Map.of(1L, 2L, 2L, 1L, 3L, 2L));
  }

  @Test
  void avoidedNodesKeepWhatTheyHaveAndGetNothing() {
    Map<Long, Long> placed = Map.of(1L, 1L);
    assertThat(plan(placed, Map.of(2L, 1L), Set.of(1L))).isEqualTo(Map.of(1L, 1L, 2L, 2L, 3L, 2L));
    assertThat(plan(Map.of(), Map.of(), Set.of(1L, 2L))).containsOnlyKeys(1L, 2L, 3L);
  }
}
