package io.elanus.index;

import java.util.Map;

/** What may be asked of a graph whose full rows stay on disk. */
public final class DiskParameters {
  private static final String BUDGET = "pq_code_budget_gb_ratio";
  private static final String INLINE = "inline_pq";
  private static final int DEFAULT_DEGREE = 48;
  private static final int DEFAULT_INLINE_DEGREE = 56;

  /** As of graphs in memory: the least {@code M} that is built has a base of as many links. */
  private static final int LEAST_DEGREE = 8;

  private static final int DEFAULT_EFFORT = 128;
  private static final int DEFAULT_INLINE_EFFORT = 100;
  private static final int DEFAULT_BEAM = 8;
  private static final int MOST_DEGREE = 2048;
  private static final int MOST_INLINE_DEGREE = 512;
  private static final int MOST_BEAM = 128;
  private static final int MOST_INLINE_BEAM = 16;

  /** Shares of the bytes of float32 rows that codes of 6 and 8 bits take. */
  private static final double SIX_BITS = 6 / 32.0;

  private static final double EIGHT_BITS = 8 / 32.0;

  private DiskParameters() {}

  static void check(IndexType type, Map<String, String> params) {
    boolean inline = type == IndexType.AISAQ;
    ParameterValue.checkInteger(params, "max_degree", 1, inline ? MOST_INLINE_DEGREE : MOST_DEGREE);
    ParameterValue.checkInteger(params, "search_list_size", 1, Integer.MAX_VALUE);
    checkShares(params, BUDGET, "search_cache_budget_gb_ratio");
    beam(type, params);
    if (inline) {
      ParameterValue.checkInteger(params, INLINE, -1, MOST_INLINE_DEGREE);
      ParameterValue.checkInteger(params, "num_entry_points", 0, 1000);
      ParameterValue.checkInteger(params, "pq_cache_size", 0, Integer.MAX_VALUE);
      ParameterValue.checkInteger(params, "pq_read_page_cache_size", 0, Integer.MAX_VALUE);
      checkShares(params, "disk_pq_code_budget_gb_ratio");
      ParameterValue.bool("rearrange", params.getOrDefault("rearrange", "true"));
    }
  }

  private static void checkShares(Map<String, String> params, String... keys) {
    for (String key : keys) {
      String value = params.get(key);
      if (value != null) {
        ParameterValue.within(key, value, 0, Float.MAX_VALUE);
      }
    }
  }

  /** Links of a row at most: what was asked for, unless that is too few. */
  public static int degree(IndexSpec spec) {
    int otherwise = spec.type() == IndexType.AISAQ ? DEFAULT_INLINE_DEGREE : DEFAULT_DEGREE;
    return Math.max(LEAST_DEGREE, spec.integer("max_degree", otherwise));
  }

  /** Candidates that the links of a row are chosen from. */
  public static int effort(IndexSpec spec) {
    return spec.integer(
        "search_list_size",
        spec.type() == IndexType.AISAQ ? DEFAULT_INLINE_EFFORT : DEFAULT_EFFORT);
  }

  /** Neighbours whose codes lie in a node: of AISAQ all unless it is told fewer, of others none. */
  public static int inline(IndexSpec spec) {
    if (spec.type() != IndexType.AISAQ) {
      return 0;
    }
    int asked = spec.integer(INLINE, -1);
    return asked < 0 ? degree(spec) : Math.min(asked, degree(spec));
  }

  /** What is walked on: the best codes within the budget, and no less than 4 bits. */
  public static RowPrecision walked(IndexSpec spec) {
    String budget = spec.params().get(BUDGET);
    double share = budget == null ? 0 : ParameterValue.number(BUDGET, budget);
    if (share >= EIGHT_BITS) {
      return RowPrecision.SQ8;
    }
    return share >= SIX_BITS ? RowPrecision.SQ6 : RowPrecision.SQ4U;
  }

  /** Candidates of a search for k rows. */
  static int searchList(int k, Map<String, Object> params) {
    Object list = params.get("search_list");
    Object value = list == null ? params.get("search_list_size") : list;
    if (value == null) {
      return Math.max(k, 16);
    }
    int size = ParameterValue.integer("search_list_size", value, 1, Integer.MAX_VALUE);
    return SearchParameters.enough("search_list_size", size, k, params);
  }

  /** Nodes that are asked of the disk at a time; what goes with them is checked. */
  static int beam(IndexType type, Map<String, ?> params) {
    boolean inline = type == IndexType.AISAQ;
    Object threshold = params.get("filter_threshold");
    if (threshold != null) {
      ParameterValue.within("filter_threshold", threshold, -1, 1);
    }
    if (inline) {
      ParameterValue.checkInteger(params, "vectors_beamwidth", 1, 4);
    }
    Object value = params.get("beamwidth");
    return value == null
        ? DEFAULT_BEAM
        : ParameterValue.integer("beamwidth", value, 1, inline ? MOST_INLINE_BEAM : MOST_BEAM);
  }
}
