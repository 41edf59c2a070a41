package io.elanus.index.vector.graph;

import io.elanus.index.RowPrecision;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The rows links are chosen by, and those the graph is walked on while it grows.
 *
 * @param floats the stored rows as float32, or binary ones as they are
 * @param exact of them
 * @param codes of 7 bits, unless rows are binary
 */
record BuildSpaces(RowTable floats, Space exact, @Nullable CodedRows codes, Space candidates) {
  /** The rows as they are for both. */
  static BuildSpaces of(RowTable stored) {
    return new BuildSpaces(stored, Space.of(stored), null, Space.of(stored));
  }

  /**
   * Codes for what is walked.
   *
   * @param linked rows from which their ranges are learned, the first
   */
  static BuildSpaces onCodes(
      Metric metric, RowTable stored, int linked, Workers workers, Arena arena) {
    RowTable floats = stored.floats(metric, workers, arena);
    CodedRows codes =
        CodedRows.encode(
            RowPrecision.SQ8,
            metric,
            floats,
            SlotOrder.sample(floats.first(linked)),
            workers,
            arena);
    return new BuildSpaces(floats, Space.of(floats), codes, codes.space());
  }
}
