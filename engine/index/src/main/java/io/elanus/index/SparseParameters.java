package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Checks what a client asks of an index on sparse vectors. Answers are the same by every algorithm,
 * codec and type of values, so that nothing but {@code drop_ratio_search} and {@code
 * block_max_block_size} is read later on.
 */
final class SparseParameters {
  private static final List<String> ALGORITHMS =
      List.of(
          "TAAT_NAIVE",
          "DAAT_WAND",
          "DAAT_MAXSCORE",
          "BLOCK_MAX_MAXSCORE",
          "BLOCK_MAX_WAND",
          "SINDI");
  private static final List<String> SEARCH_ALGORITHMS =
      Stream.concat(Stream.of("INHERIT"), ALGORITHMS.stream()).toList();
  private static final List<String> CODECS =
      List.of("block_streamvbyte", "block_maskedvbyte", "block_adaptive");

  /** Of IP, the only metric there is; those of BM25 are whole numbers. */
  private static final List<String> QUANT_TYPES = List.of("fp16", "fp32");

  private SparseParameters() {}

  static void check(Map<String, String> params) {
    checkName(
        "sparse inverted index algo",
        params.getOrDefault("inverted_index_algo", "DAAT_MAXSCORE"),
        ALGORITHMS);
    ParameterValue.checkInteger(params, "block_max_block_size", 1, Integer.MAX_VALUE);
    ParameterValue.checkInteger(params, "sindi_window_size", 1024, 65535);
    checkName(
        "inverted_index_codec", lower(params, "inverted_index_codec", CODECS.getFirst()), CODECS);
    checkName("quant_type", lower(params, "quant_type", "fp32"), QUANT_TYPES);
    String ratio = params.get("drop_ratio_build");
    if (ratio != null) {
      ParameterValue.fraction("drop_ratio_build", ratio, 0, 1);
    }
    checkSearch(params);
  }

  /** Those of a search, which may be given to a build as well, where nothing follows from them. */
  static void checkSearch(Map<String, ?> params) {
    Object algorithm = params.get("search_algo");
    if (algorithm != null) {
      checkName("sparse inverted index algo", algorithm.toString(), SEARCH_ALGORITHMS);
    }
    Object scale = params.get("dim_max_score_ratio");
    if (scale != null) {
      ParameterValue.within("dim_max_score_ratio", scale, 0.5, 1.3);
    }
    ParameterValue.checkInteger(params, "refine_factor", 1, Integer.MAX_VALUE);
    dropRatio(params);
  }

  /** The share of the smallest weights of a query that may be left out. */
  static float dropRatio(Map<String, ?> params) {
    Object value = params.get("drop_ratio_search");
    return value == null ? 0 : ParameterValue.fraction("drop_ratio_search", value, 0, 1);
  }

  private static String lower(Map<String, String> params, String key, String otherwise) {
    return params.getOrDefault(key, otherwise).toLowerCase(Locale.ROOT);
  }

  private static void checkName(String what, String name, List<String> known) {
    if (!known.contains(name)) {
      throw ElanusException.invalid(
          "%s %s not found or not supported, supported: [%s]"
              .formatted(what, name, String.join(" ", known)));
    }
  }
}
