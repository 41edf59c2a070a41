package io.elanus.index.vector.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SphereTest {
  private static final int ROWS = 5000;

  /** On the thread of the build, whose memory it reads: the memory is there as long as the call. */
  @Test
  void aLookForTheLongestRowStopsWhenItIsCancelled() {
    AtomicInteger asked = new AtomicInteger();
    Thread build = Thread.currentThread();
    BuildContext later =
        new StoppedBuild(() -> Thread.currentThread() == build && asked.incrementAndGet() == 3);
    int[] all = IntStream.range(0, ROWS).toArray();
    try (Arena arena = Arena.ofConfined()) {
      RowTable table =
          RowTable.copy(
              SampleRows.of(DataType.FLOAT_VECTOR, 8, 5).rows(ROWS, arena),
              Metric.IP,
              all,
              BuildContext.withThreads(1),
              arena);
      assertThatThrownBy(() -> Sphere.over(table, later))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(asked).hasValue(3);
    }
  }
}
