package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.expression.Filter;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Readers beside the writer see exactly what their timestamp says. */
final class ConcurrentReadsTest {
  private static final int UPSERTS = 3000;
  private static final int KEYS = 50;

  @Test
  void everyReadSeesOneVersionOfEachKeyAndNoTornRow() throws Exception {
    CollectionSchema schema = Birds.schema(DataType.INT64);
    History history = new History(DataType.INT64, 9);
    AtomicLong tick = new AtomicLong(KEYS - 1);
    try (GrowingSegment segment =
            new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema, 6, 2048);
        ExecutorService readers = Executors.newFixedThreadPool(2)) {
      for (long key = 0; key < KEYS; key++) {
        segment.append(Birds.batch(schema, List.of(bird(history, key, key))), key, key);
      }
      List<Future<Integer>> reads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Callable<Integer> reader = () -> read(segment, tick);
        reads.add(readers.submit(reader));
      }
      for (long time = KEYS; time < KEYS + UPSERTS; time++) {
        long key = history.random.nextInt(KEYS);
        segment.delete(Keys.of(key), time);
        segment.append(Birds.batch(schema, List.of(bird(history, key, time))), time, time);
        tick.set(time);
      }
      for (Future<Integer> read : reads) {
        assertThat(read.get()).isPositive();
      }
    }
  }

  private static Birds.Bird bird(History history, long key, long time) {
    return new Birds.Bird(
        key,
        time,
        "at-" + time,
        time % 2 == 0,
        time % 7 == 0 ? null : history.vector(),
        history.sparse(),
        time % 3 == 0 ? null : List.of(time),
        "{}");
  }

  private static int read(GrowingSegment segment, AtomicLong tick) {
    int reads = 0;
    float[] query = new float[Birds.DIMENSION];
    while (tick.get() < KEYS + UPSERTS - 1 || reads == 0) {
      long now = tick.get();
      assertThat(segment.query(Plainly.count(new Filter.Everything(), now)).count())
          .isEqualTo(KEYS);
      Matches matches = segment.query(Plainly.query(new Filter.Everything(), now));
      RowBatch rows =
          segment.fetch(matches.ordinals(), List.of(Birds.GROUP, Birds.NAME, Birds.TAGS));
      for (int i = 0; i < KEYS; i++) {
        long time = matches.timestamps()[i];
        assertThat(matches.keys().get(i)).isEqualTo((long) i);
        assertThat(time).isLessThanOrEqualTo(now);
        assertThat(rows.get(Birds.GROUP).value(i)).isEqualTo(time);
        assertThat(rows.get(Birds.NAME).value(i)).isEqualTo("at-" + time);
        assertThat(rows.get(Birds.TAGS).value(i)).isEqualTo(time % 3 == 0 ? null : List.of(time));
      }
      SearchHits hits =
          segment
              .search(Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(query), KEYS, now))
              .getFirst();
      for (int i = 0; i < hits.count(); i++) {
        assertThat(hits.timestamps()[i] % 7).isNotZero();
      }
      assertThat(segment.lookup(Keys.of(3, 99), now).ordinals()[1]).isEqualTo(-1);
      reads++;
    }
    return reads;
  }
}
