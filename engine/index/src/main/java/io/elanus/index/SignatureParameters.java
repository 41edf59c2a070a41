package io.elanus.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the parameters of indexes over MinHash signatures. */
final class SignatureParameters {
  private static final String RAW = "with_raw_data";
  private static final String JACCARD = "mh_search_with_jaccard";

  private static final List<String> FLAGS =
      List.of(RAW, "mh_lsh_code_in_mem", "mh_lsh_shared_bloom_filter");

  private static final List<String> SEARCH_FLAGS = List.of(JACCARD, "mh_lsh_batch_search");

  private SignatureParameters() {}

  static void check(IndexType type, Metric metric, int dimension, Map<String, String> params) {
    if (metric != Metric.MHJACCARD) {
      return;
    }
    ParameterValue.checkInteger(params, IndexSpec.ELEMENT_BITS, 8, 256);
    int bits = new IndexSpec(type, metric, params).elementBits();
    if (bits % 8 != 0 || dimension % bits != 0) {
      throw ElanusException.invalid(
          "The dimension of a vector (dim) should be a multiple of mh_element_bit_width, which"
              + " should be a multiple of 8. Dimension: %d, mh_element_bit_width: %d"
                  .formatted(dimension, bits));
    }
    ParameterValue.checkInteger(params, IndexSpec.BANDS, 1, dimension / bits);
    ParameterValue.checkInteger(params, "mh_lsh_aligned_block_size", 1, Integer.MAX_VALUE);
    for (String flag : FLAGS) {
      checkFlag(flag, params.get(flag));
    }
    String probability = params.get("mh_lsh_bloom_false_positive_prob");
    if (probability != null) {
      ParameterValue.fraction("mh_lsh_bloom_false_positive_prob", probability, 0, 1);
    }
  }

  /**
   * All candidates are judged by their signatures anyway, so that nothing follows from these; but
   * what Milvus cannot judge so is refused.
   */
  static void checkSearch(IndexSpec spec, Map<String, Object> params) {
    for (String flag : SEARCH_FLAGS) {
      checkFlag(flag, params.get(flag));
    }
    Object factor = params.get("refine_k");
    if (factor != null) {
      ParameterValue.within("refine_k", factor, 1, Float.MAX_VALUE);
    }
    boolean jaccard = ParameterValue.bool(JACCARD, params.getOrDefault(JACCARD, false));
    if (jaccard && !ParameterValue.bool(RAW, spec.params().getOrDefault(RAW, "true"))) {
      throw ElanusException.invalid(
          "mh_search_with_jaccard needs with_raw_data, and the index was built without");
    }
  }

  private static void checkFlag(String flag, @Nullable Object value) {
    if (value != null) {
      ParameterValue.bool(flag, value);
    }
  }
}
