package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.Map;

/** What may be asked of a graph whose full rows stay on disk. */
public final class DiskParameters {
  private static final String BUDGET = "pq_code_budget_gb_ratio";
  private static final int DEFAULT_DEGREE = 48;
  private static final int DEFAULT_EFFORT = 128;
  private static final int DEFAULT_BEAM = 8;
  private static final int MOST_DEGREE = 2048;
  private static final int MOST_BEAM = 128;
  private static final int RANGED_EFFORT = 512;

  /** Shares of the bytes of float32 rows that codes of 6 and 8 bits take. */
  private static final double SIX_BITS = 6 / 32.0;

  private static final double EIGHT_BITS = 8 / 32.0;

  private DiskParameters() {}

  static void check(Map<String, String> params) {
    IndexParameters.integer(params, "max_degree", 1, MOST_DEGREE);
    IndexParameters.integer(params, "search_list_size", 1, Integer.MAX_VALUE);
    for (String key : new String[] {BUDGET, "search_cache_budget_gb_ratio"}) {
      String value = params.get(key);
      if (value != null) {
        ParameterValue.within(key, value, 0, Float.MAX_VALUE);
      }
    }
  }

  /** Links of a row at most. */
  public static int degree(IndexSpec spec) {
    return spec.integer("max_degree", DEFAULT_DEGREE);
  }

  /** Candidates that the links of a row are chosen from. */
  public static int effort(IndexSpec spec) {
    return spec.integer("search_list_size", DEFAULT_EFFORT);
  }

  /** What is walked on in memory: the best codes within the budget, and no less than 4 bits. */
  public static RowPrecision walked(IndexSpec spec) {
    String budget = spec.params().get(BUDGET);
    double share = budget == null ? 0 : ParameterValue.number(BUDGET, budget);
    if (share >= EIGHT_BITS) {
      return RowPrecision.SQ8;
    }
    return share >= SIX_BITS ? RowPrecision.SQ6 : RowPrecision.SQ4U;
  }

  /** Candidates of a search for k rows. */
  static int searchList(int k, boolean ranged, Map<String, Object> params) {
    Object list = params.get("search_list");
    Object value = list == null ? params.get("search_list_size") : list;
    if (value == null) {
      return Math.max(k, ranged ? RANGED_EFFORT : 16);
    }
    int size = ParameterValue.integer("search_list_size", value, 1, Integer.MAX_VALUE);
    if (size < k) {
      throw ElanusException.invalid(
          "search_list_size(%d) should be larger than k(%d)".formatted(size, k));
    }
    return size;
  }

  /** Nodes that are asked of the disk at a time. */
  static int beam(Map<String, Object> params) {
    Object threshold = params.get("filter_threshold");
    if (threshold != null) {
      ParameterValue.within("filter_threshold", threshold, -1, 1);
    }
    Object value = params.get("beamwidth");
    return value == null ? DEFAULT_BEAM : ParameterValue.integer("beamwidth", value, 1, MOST_BEAM);
  }
}
