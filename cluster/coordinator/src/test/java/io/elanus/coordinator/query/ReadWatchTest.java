package io.elanus.coordinator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeNode;
import io.elanus.roles.QueryNode;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadWatchTest {
  private final Cluster cluster = new Cluster();
  private final Board board = new Board();
  private final AtomicInteger uneven = new AtomicInteger();
  private final ReadWatch watch =
      new ReadWatch(cluster, board, cluster.background, uneven::incrementAndGet);

  @Test
  void oneNodeIsNotAsked() {
    watch.begin();
    assertThat(cluster.background.delayed()).isZero();
  }

  @Test
  void nodesAreAskedAgainAndAgainUntilThereIsOne() {
    FakeNode busy = new FakeNode();
    cluster.queryNodes.put(2L, busy);
    watch.begin();
    watch.begin();
    assertThat(cluster.background.delayed()).isEqualTo(1);
    busy.usage = new QueryNode.Usage(95, 100, Map.of(7L, 900_000L));
    cluster.background.runDelayed();
    assertThat(uneven).hasValue(0);
    assertThat(board.reads().full()).containsExactly(2L);
    cluster.background.runDelayed();
    assertThat(uneven).as("twice in a row").hasValue(1);
    cluster.background.runDelayed();
    assertThat(uneven).as("once in a minute").hasValue(1);
    cluster.queryNodes.remove(2L);
    cluster.background.runDelayed();
    assertThat(cluster.background.delayed()).isZero();
  }
}
