package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.coordinator.query.Serving.Copy;
import io.elanus.coordinator.query.Serving.Placed;
import io.elanus.roles.Segments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PlacementsTest {
  private static Placed placed(long segment, long node, int version) {
    return new Placed(
        new Segments.Segment(
            segment, 1, 1, "c", Segments.State.FLUSHED, 0, 10, 10, "m", 0, 0, 0, 0, 0, List.of()),
        node,
        Set.of(),
        version);
  }

  /** Against a map of Java, change by change; earlier ones stay as they were. */
  @Test
  void isTheMapThatItStandsFor() {
    Random random = new Random(9);
    Placements placements = Placements.NONE;
    Map<Copy, Placed> plain = new HashMap<>();
    for (int step = 0; step < 1000; step++) {
      Placements before = placements;
      Map<Copy, Placed> earlier = step % 100 == 0 ? Map.copyOf(plain) : Map.of();
      if (random.nextInt(40) == 0) {
        long left = random.nextInt(6);
        Predicate<Copy> gone = copy -> copy.segment() % 6 == left;
        placements = placements.without(gone);
        plain.keySet().removeIf(gone);
      } else {
        Placed entered = placed(random.nextInt(300), random.nextInt(3), step);
        placements = placements.with(entered);
        plain.put(entered.copy(), entered);
      }
      assertThat(placements.size()).isEqualTo(plain.size());
      if (step % 100 == 0) {
        assertThat(placements).isEqualTo(plain);
        assertThat(Placements.of(plain)).isEqualTo(placements);
        assertThat(before).isEqualTo(earlier);
      }
      checkDifference(before, placements);
    }
  }

  private static void checkDifference(Placements before, Placements after) {
    List<Placed> gone = new ArrayList<>();
    List<Placed> came = new ArrayList<>();
    Placements.compare(before, after, gone::add, came::add);
    Set<Placed> expected = new HashSet<>(before.values());
    expected.removeAll(after.values());
    assertThat(gone).hasSize(expected.size()).containsAll(expected);
    expected = new HashSet<>(after.values());
    expected.removeAll(before.values());
    assertThat(came).hasSize(expected.size()).containsAll(expected);
  }
}
