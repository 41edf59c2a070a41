package io.elanus.index.vector.lists;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptSlotsTest {
  private static final long SEED = 20261122;

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 300, 1000})
  void blocksAreTheSameInBothForms(int count) {
    Random random = new Random(SEED);
    for (double share : new double[] {0, 0.1, 0.9, 1}) {
      Bits eligible = Bits.none(count);
      for (int row = 0; row < count; row++) {
        if (random.nextDouble() < share) {
          eligible.set(row);
        }
      }
      SlotRows rows = SlotRows.same(count);
      KeptSlots asked = KeptSlots.of(rows, eligible, count, 0, Scratch.local());
      KeptSlots set = KeptSlots.of(rows, eligible, 0, count, Scratch.local());
      assertThat(asked.slots()).isNull();
      assertThat(set.slots()).isNotNull();
      for (int trial = 0; trial < 50; trial++) {
        int from = random.nextInt(count);
        int some = 1 + random.nextInt(Math.min(count - from, Scratch.BLOCK));
        long[] expected = new long[Scratch.BLOCK / Long.SIZE];
        long[] bits = new long[Scratch.BLOCK / Long.SIZE];
        int kept = asked.block(from, some, expected);
        assertThat(set.block(from, some, bits)).isEqualTo(kept);
        assertThat(bits).as("seed %d from %d count %d", SEED, from, some).isEqualTo(expected);
      }
    }
  }
}
