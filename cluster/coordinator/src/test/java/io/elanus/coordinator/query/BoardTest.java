package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoardTest {
  private static final List<Long> NODES = List.of(1L, 2L, 3L);

  @Test
  void weightsOfNodesAreTheSumsOfWhatIsPlaced() {
    long seed = 21;
    Random random = new Random(seed);
    var board = new Board();
    for (int step = 0; step < 1000; step++) {
      var replica = new ReplicaKey(random.nextInt(2), random.nextInt(2));
      long node = 1 + random.nextInt(4);
      switch (random.nextInt(5)) {
        case 0 -> board.update(replica, serving -> serving.without(c -> c.node() == node));
        case 1 -> board.remove(replica);
        case 2 -> board.update(replica, serving -> serving.loading(7));
        default -> {
          var placed =
              new Serving.Placed(
                  segment(random.nextInt(9), random.nextInt(99)), node, Set.of(), step);
          board.update(replica, serving -> serving.with(placed));
        }
      }
      Map<Long, Long> sums = new TreeMap<>();
      NODES.forEach(each -> sums.put(each, 0L));
      for (int each = 0; each < 4; each++) {
        board
            .serving(new ReplicaKey(each / 2, each % 2))
            .placed()
            .values()
            .forEach(placed ->
                sums.computeIfPresent(
                    placed.node(), (n, sum) -> sum + Balance.weight(placed.segment())));
      }
      assertThat(board.nodeWeights(NODES)).as("seed " + seed + ", step " + step).isEqualTo(sums);
    }
  }

  private static Segment segment(long id, long rows) {
    return new Segment(
        id, 1, 1, "c_1v0", Segments.State.FLUSHED, 1, rows, rows, "", 0, 0, 0, 0, 0, List.of());
  }
}
