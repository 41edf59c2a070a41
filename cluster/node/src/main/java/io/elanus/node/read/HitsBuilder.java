package io.elanus.node.read;

import io.elanus.roles.Reads.Hits;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.Keys;
import io.elanus.segment.SearchHits;
import io.elanus.segment.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The hits of several queries in one segment, one query after the other. */
final class HitsBuilder {
  private final float[] scores;
  private final long[] timestamps;
  private final int[] ordinals;
  private final List<Keys> keys = new ArrayList<>();
  private @Nullable ColumnBuilder groups;
  private int count;

  HitsBuilder(int total) {
    scores = new float[total];
    timestamps = new long[total];
    ordinals = new int[total];
  }

  void add(SearchHits hits) {
    int added = hits.count();
    System.arraycopy(hits.scores(), 0, scores, count, added);
    System.arraycopy(hits.timestamps(), 0, timestamps, count, added);
    System.arraycopy(hits.ordinals(), 0, ordinals, count, added);
    keys.add(hits.keys());
    count += added;
    hits.groups()
        .ifPresent(column -> {
          if (groups == null) {
            groups = ColumnBuilder.like(column);
          }
          groups.addAll(column);
        });
  }

  Hits build(Segment segment, int[] counts) {
    long[] segments = new long[count];
    Arrays.fill(segments, segment.id());
    return new Hits(
        counts,
        joined(),
        scores,
        timestamps,
        segments,
        ordinals,
        groups == null ? Optional.empty() : Optional.of(groups.build()),
        segment.rows());
  }

  private Keys joined() {
    return Keys.joined(keys, keys.stream().anyMatch(each -> each instanceof Keys.Texts));
  }
}
