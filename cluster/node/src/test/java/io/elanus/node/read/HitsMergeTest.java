package io.elanus.node.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Reads;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HitsMergeTest {
  /** Hits of one query; row i has distance {@code distances[i]}, and its key is its group, too. */
  private static Reads.Hits hits(long segment, long[] keys, float[] distances, long... timestamps) {
    ColumnBuilder groups = new ColumnBuilder(DataType.INT64, 0, Optional.empty());
    for (long key : keys) {
      groups.add(key % 2);
    }
    int count = keys.length;
    long[] segments = new long[count];
    java.util.Arrays.fill(segments, segment);
    return new Reads.Hits(
        new int[] {count},
        Keys.of(keys),
        distances,
        timestamps,
        segments,
        new int[count],
        Optional.of(groups.build()),
        count);
  }

  private final Reads.Hits older =
      hits(1, new long[] {7, 8, 9}, new float[] {0.1f, 0.2f, 0.6f}, 10, 10, 10);
  private final Reads.Hits newer = hits(2, new long[] {6, 7}, new float[] {0.3f, 0.5f}, 20, 20);

  @Test
  void ofOneKeyTheNewestRowCountsWhateverItsScore() {
    Reads.Hits merged = HitsMerge.merge(Metric.L2, 1, 3, Optional.empty(), List.of(older, newer));
    assertThat(merged.keys()).isEqualTo(Keys.of(8, 6, 7));
    assertThat(merged.scores()).containsExactly(0.2f, 0.3f, 0.5f);
    assertThat(merged.segments()).containsExactly(1, 2, 2);
    assertThat(HitsMerge.merge(Metric.L2, 1, 3, Optional.empty(), List.of(newer, older)).keys())
        .isEqualTo(merged.keys());
  }

  @Test
  void anOlderRowTakesNoRoomInItsGroup() {
    Reads.GroupBy byParity = new Reads.GroupBy(1, List.of(), 1, false);
    Reads.Hits merged =
        HitsMerge.merge(Metric.L2, 1, 2, Optional.of(byParity), List.of(older, newer));
    assertThat(merged.keys()).isEqualTo(Keys.of(8, 7));
    assertThat(merged.timestamps()).containsExactly(10, 20);
  }
}
