package io.elanus.index.vector.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowTableTest {
  private static final long SEED = 5;

  @Test
  void aCopyStopsWhenItIsCancelled() {
    AtomicInteger asked = new AtomicInteger();
    BuildContext later = new StoppedBuild(() -> asked.incrementAndGet() == 3);
    try (Arena arena = Arena.ofConfined()) {
      DenseRows rows = SampleRows.of(DataType.FLOAT_VECTOR, 8, SEED).rows(1000, arena);
      int[] all = IntStream.range(0, 1000).toArray();
      assertThatThrownBy(() -> RowTable.copy(rows, Metric.COSINE, all, later, arena))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(asked).hasValue(3);
    }
  }

  @Test
  void aRowThatIsNotThereIsZero() {
    try (Arena arena = Arena.ofConfined()) {
      DenseRows rows = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED).rows(3, arena);
      rows.present().clear(1);
      BuildContext context = BuildContext.withThreads(1);
      RowTable table = RowTable.copy(rows, Metric.L2, new int[] {2, 1, 0}, context, arena);
      assertThat(table.values(1)).containsOnly(0f);
      assertThat(table.data().asSlice(0, 64).mismatch(rows.row(2))).isEqualTo(-1);
      assertThat(table.data().asSlice(128, 64).mismatch(rows.row(0))).isEqualTo(-1);
    }
  }
}
