package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.delete;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.query;
import static io.elanus.proxy.Calls.search;
import static io.elanus.proxy.Calls.values;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.longs;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.vector;
import static io.elanus.proxy.TestSchemas.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Proxy;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A search of an isolated collection names one value of the key; other requests need not. */
final class PartitionIsolationTest {
  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void fill() {
    cluster.collection(
        schema("c", id(), vector("v", 2), number("k").partition(), number("n")), false, 2);
    cluster.root.properties("c", Map.of(PropertyChecks.ISOLATION, "true"));
    cluster.proxy.insert(
        insert(
            "c",
            4,
            Map.of(
                "id", longs(1L, 2L, 3L, 4L),
                "v", vectors(new float[4][2]),
                "k", longs(1L, 2L, 1L, 3L),
                "n", longs(5L, 6L, 7L, 8L))));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private Proxy.SearchAnswer find(String filter) {
    return cluster.proxy.search(
        search(
            "c",
            filter,
            vectors(new float[] {0, 0}),
            Map.of("topk", "10", "anns_field", "v", "metric_type", "L2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"k == 1", "k == 1 and n > 0", "n > 0 and (k == 1 and id > 0)"})
  void aSearchOfOneValueIsServed(String filter) {
    assertThat(find(filter).counts()).containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k in [1, 2]             | IN",
        "k == 1 and k in [1, 2]  | IN",
        "k == 1 or n == 5        | OR",
        "not (k == 1 and n == 5) | NOT",
        "0 < k < 3               | BinaryRange",
        "k > 1                   | GreaterThan",
      })
  void aSearchOfMoreIsRefused(String filter, String what) {
    assertRefused(1100, "partition key isolation does not support " + what, () -> find(filter));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "n == 5", "n == 5 or id == 1"})
  void aSearchWithoutTheKeyIsRefused(String filter) {
    assertRefused(1100, "partition key not found in expr", () -> find(filter));
  }

  @Test
  void queriesAndDeletesNeedNoKey() {
    assertThat(values(cluster.proxy.query(query("c", "n >= 6", Map.of())), "id"))
        .containsExactly(2L, 3L, 4L);
    assertThat(values(cluster.proxy.query(query("c", "id in [1, 4]", Map.of())), "id"))
        .containsExactly(1L, 4L);
    assertThat(values(cluster.proxy.query(query("c", "", Map.of(), "count(*)")), "count(*)"))
        .containsExactly(4L);
    assertThat(cluster.proxy.delete(delete("c", "n == 5")).count()).isEqualTo(1);
    assertThat(values(cluster.proxy.query(query("c", "k in [1, 2]", Map.of())), "id"))
        .containsExactly(2L, 3L);
  }
}
