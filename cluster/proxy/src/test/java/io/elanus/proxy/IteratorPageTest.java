package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Metric;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Where a page begins when rows of equal score were shown before. */
class IteratorPageTest {
  private static final String TOKEN = UUID.randomUUID().toString();
  private static final ProxyConfig CONFIG = FakeCluster.CONFIG;
  private static final float BOUND = 0.25f;

  @Test
  void equalRowsAreAskedForAgainAndLeftOut() {
    IteratorPage page = pageAfter(300);
    assertThat(page.shown()).hasSize(300);
    assertThat(page.wanted()).isEqualTo(350);
    assertThat(page.after(Metric.L2)).contains(Math.nextDown(BOUND));
  }

  @Test
  void anIteratorGoesOnBehindMoreEqualRowsThanAnAnswerHolds() {
    IteratorPage page = pageAfter(CONFIG.maxTopK());
    assertThat(page.shown()).isEmpty();
    assertThat(page.wanted()).isEqualTo(50);
    assertThat(page.after(Metric.L2)).contains(BOUND);
  }

  private static IteratorPage pageAfter(int equal) {
    IteratorTies ties = new IteratorTies(1);
    Set<Object> keys = LongStream.range(0, equal).boxed().collect(Collectors.toSet());
    ties.show(TOKEN, BOUND, keys);
    Map<String, String> asked =
        Map.of(
            "iterator", "true",
            "search_iter_v2", "true",
            "search_iter_batch_size", "50",
            "search_iter_id", TOKEN,
            "search_iter_last_bound", String.valueOf((double) BOUND));
    return IteratorPage.of(SearchOptions.of(asked), 1, ties, CONFIG).orElseThrow();
  }
}
