package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class BloomFilterTest {
  @Test
  void everyKeyIsFoundAndFewOthersAre() {
    int keys = 50_000;
    BloomFilter filter = BloomFilter.forKeys(keys);
    for (long key = 0; key < keys; key++) {
      filter.add(KeyHash.of(key));
    }
    BloomFilter read = BloomFilter.decode("f", MemorySegment.ofArray(filter.encode()));
    int falsePositives = 0;
    for (long key = 0; key < keys; key++) {
      assertThat(read.mayContain(KeyHash.of(key))).isTrue();
      falsePositives += read.mayContain(KeyHash.of(key + keys)) ? 1 : 0;
    }
    assertThat(falsePositives).isLessThan(keys / 40);
  }
}
