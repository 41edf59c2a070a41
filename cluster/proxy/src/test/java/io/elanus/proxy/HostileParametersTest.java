package io.elanus.proxy;

import static io.elanus.proxy.Calls.query;
import static io.elanus.proxy.Calls.search;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.vector;
import static io.elanus.proxy.TestSchemas.vectors;
import static org.assertj.core.api.Assertions.fail;

import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever stands in the parameters: an answer, or an error that blames the caller. */
final class HostileParametersTest {
  private static final List<String> KEYS =
      List.of(
          "topk",
          "limit",
          "offset",
          "params",
          "round_decimal",
          "ignore_growing",
          "group_by_field",
          "group_by_fields",
          "group_size",
          "strict_group_size",
          "json_path",
          "order_by_fields",
          "iterator",
          "search_iter_v2",
          "search_iter_batch_size",
          "search_iter_id",
          "search_iter_last_bound",
          "collection_id",
          "hints",
          "radius",
          "range_filter",
          "ef",
          "metric_type",
          "anns_field",
          "strategy",
          "rank_group_scorer");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          ":",
          ",",
          "-1",
          "0",
          "3",
          "99999999999999999999",
          "9223372036854775807",
          "1e9",
          "NaN",
          "Infinity",
          "true",
          "False",
          "null",
          "[]",
          "{}",
          "{\"ef\": {}}",
          "{\"radius\": []}",
          "{\"weights\": [1, \"x\"]}",
          "{\"k\": NaN}",
          "{",
          "n",
          "n:",
          "n::",
          "n:asc:nulls_last",
          "$meta",
          "$meta['a']",
          "$meta[\"a\"][0]",
          "a/b",
          "v",
          "id",
          "\u0000",
          "💥",
          "00000000-0000-0000-0000-000000000000",
          "L2",
          "rrf",
          "weighted",
          "max");

  @Test
  void noParameterCrashesARead() {
    long seed = 4711;
    Random random = new Random(seed);
    try (FakeCluster cluster = new FakeCluster()) {
      cluster.collection(schema("c", id(), vector("v", 2), number("n")), true, 2);
      for (int round = 0; round < 3000; round++) {
        Map<String, String> parameters = new HashMap<>(Map.of("topk", "3"));
        for (int i = random.nextInt(5); i >= 0; i--) {
          parameters.put(
              KEYS.get(random.nextInt(KEYS.size())), VALUES.get(random.nextInt(VALUES.size())));
        }
        Proxy.SearchRequest search = search("c", vectors(new float[2]), parameters, "n");
        survive(seed, parameters, () -> cluster.proxy.search(search));
        survive(seed, parameters, () -> cluster.proxy.query(query("c", "n > 1", parameters)));
        survive(
            seed,
            parameters,
            () ->
                cluster.proxy.hybridSearch(
                    new Proxy.HybridSearchRequest(
                        "default",
                        "c",
                        List.of(),
                        List.of(search, search),
                        parameters,
                        List.of(),
                        Proxy.ReadLevel.STRONG)));
      }
    }
  }

  private static void survive(long seed, Map<String, String> parameters, Runnable read) {
    try {
      read.run();
    } catch (ElanusException e) {
      if (e.code().blame() != ErrorCode.Blame.CALLER) {
        fail("seed " + seed + ", parameters " + parameters, e);
      }
    } catch (RuntimeException e) {
      fail("seed " + seed + ", parameters " + parameters, e);
    }
  }
}
