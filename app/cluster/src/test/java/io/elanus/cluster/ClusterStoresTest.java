package io.elanus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClusterStoresTest {
  @Test
  void propertiesOfKafkaMayHaveSemicolons() {
    assertThat(ClusterStores.pairs("a=1; b = x=\"y\" z;;"))
        .isEqualTo(Map.of("a", "1", "b", "x=\"y\" z;"));
    assertThat(ClusterStores.pairs("")).isEmpty();
    assertThatThrownBy(() -> ClusterStores.pairs("a")).hasMessageContaining("key=value");
  }
}
