package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.Keys;
import java.util.Optional;

/**
 * Hits of one query in one segment, best first, each key once; all parts are aligned.
 *
 * @param ordinals rows of the segment, for {@link Segment#fetch}
 * @param timestamps of the rows
 * @param groups the values grouped by, when asked for; JSON text for a JSON path
 */
public record SearchHits(
    int[] ordinals, Keys keys, float[] scores, long[] timestamps, Optional<Column> groups) {
  public int count() {
    return ordinals.length;
  }
}
