package io.elanus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SharedLogTest {
  @Test
  void propertiesOfClientsMayHaveSemicolons() {
    assertThat(SharedLog.pairs("a=1; b = x=\"y\" z;;", "any"))
        .isEqualTo(Map.of("a", "1", "b", "x=\"y\" z;"));
    assertThat(SharedLog.pairs("", "any")).isEmpty();
    assertThatThrownBy(() -> SharedLog.pairs("a", "kafka.client"))
        .hasMessageContaining("kafka.client wants key=value");
  }
}
