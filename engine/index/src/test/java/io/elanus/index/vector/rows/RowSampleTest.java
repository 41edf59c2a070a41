package io.elanus.index.vector.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Bits;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowSampleTest {
  @Test
  void stepsAreEvenWhereAllRowsArePresent() {
    assertThat(RowSample.spread(Bits.all(100), 100, 10))
        .isEqualTo(IntStream.range(0, 10).map(i -> 10 * i).toArray());
    assertThat(RowSample.spread(Bits.all(7), 7, 3)).containsExactly(0, 2, 4);
  }

  @Test
  void onlyPresentRowsAreTaken() {
    Bits odd = Bits.none(8192);
    IntStream.range(0, 4096).forEach(i -> odd.set(2 * i + 1));
    assertThat(RowSample.spread(odd, 8192, 2048))
        .isEqualTo(IntStream.range(0, 2048).map(i -> 4 * i + 1).toArray());
    Bits few = Bits.none(1000);
    few.set(3);
    few.set(998);
    assertThat(RowSample.spread(few, 1000, 64)).containsExactly(3, 998);
    assertThat(RowSample.spread(few, 998, 64)).containsExactly(3);
    assertThat(RowSample.spread(Bits.none(1000), 1000, 64)).isEmpty();
    assertThat(RowSample.spread(Bits.none(0), 0, 64)).isEmpty();
  }
}
