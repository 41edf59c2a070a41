package io.elanus.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.scalar.ScalarIndexParameters;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Type, metric and parameters of an index to be created: merged, completed, checked. */
final class IndexChecks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 102_400;

  /** Keys that are not parameters of the build. */
  private static final Set<String> APART =
      Set.of(
          "index_type",
          "metric_type",
          "params",
          "dim",
          "mmap.enabled",
          "warmup",
          "indexoffsetcache.enabled",
          "load_priority");

  /**
   * Parameters of builds and searches, of any type of index: clients send those of another type,
   * too, and Milvus takes them. What is none of them is a slip, and refused.
   */
  private static final Set<String> KNOWN =
      Set.of(
          "M",
          "efConstruction",
          "ef",
          "nlist",
          "nprobe",
          "m",
          "nbits",
          "with_raw_data",
          "reorder_k",
          "nrq",
          "sub_dim",
          "max_degree",
          "search_list",
          "search_list_size",
          "beamwidth",
          "pq_code_budget_gb_ratio",
          "search_cache_budget_gb_ratio",
          "filter_threshold",
          "inline_pq",
          "rearrange",
          "num_entry_points",
          "disk_pq_code_budget_gb_ratio",
          "pq_cache_size",
          "pq_read_page_cache_size",
          "vectors_beamwidth",
          "rbq_bits",
          "rbq_bits_query",
          "rbq_query_bits",
          "ensure_topk_full",
          "max_empty_result_buckets",
          "refine",
          "refine_type",
          "refine_k",
          "sq_type",
          "drop_ratio_build",
          "drop_ratio_search",
          "inverted_index_algo",
          "inverted_index_codec",
          "quant_type",
          "sindi_window_size",
          "search_algo",
          "dim_max_score_ratio",
          "refine_factor",
          "block_max_block_size",
          "n_trees",
          "search_k",
          "mh_lsh_band",
          "mh_element_bit_width",
          "mh_lsh_aligned_block_size",
          "mh_lsh_code_in_mem",
          "mh_lsh_shared_bloom_filter",
          "mh_lsh_bloom_false_positive_prob",
          "bm25_k1",
          "bm25_b",
          "json_path",
          "json_cast_type",
          "json_cast_function",
          "bitmap_cardinality_limit",
          "index_name",
          "efSearch",
          "level",
          "graph_degree",
          "intermediate_graph_degree",
          "build_algo",
          "nn_descent_niter",
          "cache_dataset_on_device",
          "adapt_for_cpu",
          "refine_ratio",
          "itopk_size",
          "search_width",
          "min_iterations",
          "max_iterations",
          "team_size");

  /** What DescribeIndex tells beyond the parameters; clients may send back what they were told. */
  private static final String TOLD = "elanus.";

  private IndexChecks() {}

  /**
   * @param parameters to keep: as given, with type and metric always there
   * @param path keys below a JSON field; empty for the field itself
   */
  record Checked(Map<String, String> parameters, List<String> path) {
    /** The path as a JSON pointer (RFC 6901); empty for the field itself. */
    String pointer() {
      return path.stream()
          .map(key -> "/" + key.replace("~", "~0").replace("/", "~1"))
          .collect(Collectors.joining());
    }
  }

  static Checked checked(FieldSchema field, Map<String, String> given) {
    checkSize(given);
    Map<String, String> all = merged(given);
    all.keySet().removeIf(key -> key.startsWith(TOLD));
    PropertyChecks.checkLoading(all);
    checkKnown(all, field);
    String type = all.getOrDefault("index_type", "");
    Map<String, String> build = new HashMap<>(all);
    build.keySet().removeAll(APART);
    Map<String, String> kept = new HashMap<>(given);
    kept.keySet().removeIf(key -> key.startsWith(TOLD));
    List<String> path = List.of();
    if (field.type().isVector()) {
      IndexSpec spec =
          IndexParameters.validate(
              field.type(), field.dimension(), type, all.getOrDefault("metric_type", ""), build);
      kept.put("metric_type", spec.metric().name());
    } else {
      path = ScalarIndexParameters.validate(field, type, all).path();
    }
    if (type.isEmpty()) {
      kept.put("index_type", IndexType.AUTOINDEX.name());
    }
    return new Checked(kept, path);
  }

  private static void checkKnown(Map<String, String> all, FieldSchema field) {
    for (String key : all.keySet()) {
      if (!KNOWN.contains(key) && !APART.contains(key)) {
        throw ElanusException.invalid(
            "index param " + key + " of field " + field.name() + " is not known");
      }
    }
  }

  private static void checkSize(Map<String, String> given) {
    int size = 0;
    for (Map.Entry<String, String> entry : given.entrySet()) {
      size += entry.getKey().length() + entry.getValue().length();
    }
    if (size > MAX_BYTES) {
      throw ElanusException.invalid("index params size exceeds limit " + MAX_BYTES);
    }
  }

  /** Flat keys with those inside {@code params}, should a door have left them there. */
  private static Map<String, String> merged(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    String params = given.getOrDefault("params", "");
    if (params.isBlank()) {
      return all;
    }
    try {
      for (Map.Entry<String, JsonNode> entry : JSON.readTree(params).properties()) {
        JsonNode value = entry.getValue();
        all.putIfAbsent(entry.getKey(), value.isValueNode() ? value.asText() : value.toString());
      }
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("failed to unmarshal index params, not a json object");
    }
    return all;
  }
}
