package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutingHashTest {
  /** Computed by a MurmurHash3 that agrees with the published value of "hello", 0x248bfa47. */
  @ParameterizedTest
  @CsvSource({
    "0,1669671676",
    "1,1392991556",
    "2,1176478452",
    "42,1871679806",
    "-1,1651860712",
    "9223372036854775807,40977599",
    "-9223372036854775808,1366273829",
    "1234567890123,1740798302"
  })
  void hashesNumbers(long key, long expected) {
    assertThat(RoutingHash.of(key)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"a,3904355907", "hello,907060870", "größe,1540598153"})
  void hashesTexts(String key, long expected) {
    assertThat(RoutingHash.of(key)).isEqualTo(expected);
  }

  @Test
  void onlyTheFirstHundredBytesCount() {
    assertThat(RoutingHash.of("x".repeat(100))).isEqualTo(1577999759L);
    assertThat(RoutingHash.of("x".repeat(101))).isEqualTo(1577999759L);
    assertThat(RoutingHash.of("")).isZero();
  }

  @Test
  void columnsHashAsTheirValuesDo() {
    Column numbers = TestSchemas.longs(0L, 42L, -1L);
    assertThat(RoutingHash.buckets(numbers, 7))
        .containsExactly(1669671676 % 7, 1871679806 % 7, 1651860712 % 7);
    Column texts = TestSchemas.texts("a", "größe", "x".repeat(300));
    assertThat(RoutingHash.buckets(texts, 5))
        .containsExactly((int) (3904355907L % 5), (int) (1540598153L % 5), (int) (1577999759L % 5));
  }
}
