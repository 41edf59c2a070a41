package io.elanus.index.vector.growing;

import io.elanus.index.DenseRows;
import io.elanus.index.vector.graph.LongRows;
import io.elanus.index.vector.rows.RowSample;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.schema.Metric;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Elements;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes stages, as long as there is room, with codes trained on the rows there are. */
final class StageRoom {
  private static final int SAMPLE = 2048;

  private StageRoom() {}

  /**
   * An empty stage; null when there is no room for it. Where there is no vector to train its codes
   * on, it is full with the rows there are, so that the first vector gets a stage of its own.
   */
  static @Nullable GrowingStage take(
      GraphRoom room, GrowingSettings settings, DenseRows rows, int capacity) {
    int[] sample = RowSample.spread(rows.present(), rows.count(), SAMPLE);
    int slots = sample.length == 0 ? rows.count() : capacity;
    int rowBytes = ByteCodes.rowBytes(Shapes.walkedDistance(settings.metric()), rows.dimension());
    long bytes = GrowingStage.bytes(rowBytes, slots, settings.degree());
    if (!room.tryTake(bytes)) {
      return null;
    }
    ByteCodes trained;
    float longLength = Float.POSITIVE_INFINITY;
    try {
      float[][] values = values(settings, rows, sample);
      if (settings.metric() == Metric.IP) {
        longLength = longLength(values);
        values = upTo(longLength, values);
      }
      trained = ByteCodes.train(Shapes.walkedDistance(settings.metric()), values, rows.dimension());
    } catch (RuntimeException | Error failed) {
      room.giveBack(bytes);
      throw failed;
    }
    return GrowingStage.of(
        trained, longLength, slots, settings.degree(), () -> room.giveBack(bytes));
  }

  private static float longLength(float[][] values) {
    float[] lengths = new float[values.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = LongRows.length(values[i]);
    }
    return LongRows.least(lengths);
  }

  private static float[][] upTo(float length, float[][] values) {
    return Arrays.stream(values)
        .filter(row -> LongRows.length(row) <= length)
        .toArray(float[][]::new);
  }

  /** Rows all over the segment, from which ranges of codes are learned. */
  private static float[][] values(GrowingSettings settings, DenseRows rows, int[] sample) {
    float[][] values = new float[sample.length][rows.dimension()];
    for (int i = 0; i < sample.length; i++) {
      Elements.decode(Shapes.elements(rows.type()), rows.row(sample[i]), 0, values[i]);
      if (settings.metric() == Metric.COSINE) {
        Elements.normalise(values[i]);
      }
    }
    return values;
  }
}
