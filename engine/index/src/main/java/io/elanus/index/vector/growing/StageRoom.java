package io.elanus.index.vector.growing;

import io.elanus.index.DenseRows;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.schema.Metric;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Elements;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes stages, as long as there is room, with codes trained on the rows there are. */
final class StageRoom {
  private static final int SAMPLE = 2048;

  private StageRoom() {}

  /** An empty stage; null when there is no room for it. */
  static @Nullable GrowingStage take(
      GraphRoom room, GrowingSettings settings, DenseRows rows, int capacity) {
    int rowBytes = ByteCodes.rowBytes(Shapes.walkedDistance(settings.metric()), rows.dimension());
    long bytes = GrowingStage.bytes(rowBytes, capacity, settings.degree());
    if (!room.tryTake(bytes)) {
      return null;
    }
    ByteCodes trained;
    try {
      trained = train(settings, rows);
    } catch (RuntimeException | Error failed) {
      room.giveBack(bytes);
      throw failed;
    }
    return GrowingStage.of(trained, capacity, settings.degree(), () -> room.giveBack(bytes));
  }

  /** Ranges of codes, from rows all over the segment. */
  private static ByteCodes train(GrowingSettings settings, DenseRows rows) {
    int wanted = Math.min(rows.count(), SAMPLE);
    List<float[]> sample = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      int row = (int) ((long) i * rows.count() / wanted);
      if (rows.present().get(row)) {
        float[] values = new float[rows.dimension()];
        Elements.decode(Shapes.elements(rows.type()), rows.row(row), 0, values);
        if (settings.metric() == Metric.COSINE) {
          Elements.normalise(values);
        }
        sample.add(values);
      }
    }
    return ByteCodes.train(
        Shapes.walkedDistance(settings.metric()), sample.toArray(float[][]::new), rows.dimension());
  }
}
