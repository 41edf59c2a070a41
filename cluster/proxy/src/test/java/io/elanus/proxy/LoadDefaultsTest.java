package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadDefaultsTest {
  private static final Map<String, String> DATABASE =
      Map.of("database.replica.number", "2", "database.resource_groups", "one, two");

  @Test
  void nothingIsSaid() {
    assertThat(LoadDefaults.of(Map.of(), Map.of())).isEqualTo(new LoadDefaults(1, List.of()));
  }

  @Test
  void aCollectionInheritsWhatItDoesNotSay() {
    assertThat(LoadDefaults.of(Map.of("collection.replica.number", "0"), DATABASE))
        .isEqualTo(new LoadDefaults(2, List.of("one", "two")));
    assertThat(LoadDefaults.of(Map.of("collection.resource_groups", "three"), DATABASE))
        .isEqualTo(new LoadDefaults(2, List.of("three")));
    assertThat(LoadDefaults.of(Map.of("collection.replica.number", "3"), DATABASE))
        .isEqualTo(new LoadDefaults(3, List.of("one", "two")));
  }
}
