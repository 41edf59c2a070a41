package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Of one key the newest row counts, as at the nodes. */
final class SearchMergeTest {
  private static Reads.Hits hits(long[] keys, float[] scores, long... timestamps) {
    int count = keys.length;
    ColumnBuilder groups = new ColumnBuilder(DataType.INT64, 0, Optional.empty());
    for (long key : keys) {
      groups.add(key % 2);
    }
    Column parity = groups.build();
    return new Reads.Hits(
        new int[] {count},
        Keys.of(keys),
        scores,
        timestamps,
        new long[count],
        new int[count],
        Optional.of(parity),
        count);
  }

  private final List<Reads.Hits> pieces =
      List.of(
          hits(new long[] {7, 8, 9}, new float[] {0.9f, 0.8f, 0.4f}, 10, 10, 10),
          hits(new long[] {6, 7}, new float[] {0.7f, 0.5f}, 20, 20));

  @Test
  void hitsAreMerged() {
    Winners merged = SearchMerge.merge(pieces, 1, 3, Metric.IP);
    assertThat(merged.keys(true)).isEqualTo(Keys.of(8, 6, 7));
    assertThat(merged.scores()).containsExactly(0.8f, 0.7f, 0.5f);
  }

  @Test
  void groupsAreMerged() {
    Winners merged = GroupMerge.merge(pieces, 1, 0, 2, 1, Metric.IP);
    assertThat(merged.keys(true)).isEqualTo(Keys.of(8, 7));
    assertThat(merged.scores()).containsExactly(0.8f, 0.5f);
  }
}
