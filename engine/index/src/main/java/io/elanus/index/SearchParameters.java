package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.Map;

/**
 * How hard a search tries, checked. Fields that the index does not know are at their defaults.
 *
 * @param ef candidates a graph search keeps
 * @param nprobe inverted lists visited
 * @param dropRatioSearch share of the smallest query weights a sparse search may leave out
 * @param exactCompletion whether an exact scan completes an answer of fewer than k rows
 */
public record SearchParameters(int ef, int nprobe, float dropRatioSearch, boolean exactCompletion) {
  /** Reads the parameters of a search for k rows; unknown keys are ignored, as Milvus does. */
  public static SearchParameters of(IndexSpec spec, int k, Map<String, Object> params) {
    boolean ranged = params.containsKey("radius");
    boolean disabled =
        params.containsKey("disable_fallback_brute_force")
            && ParameterValue.bool(
                "disable_fallback_brute_force", params.get("disable_fallback_brute_force"));
    return switch (spec.type()) {
      case HNSW -> new SearchParameters(ef(k, ranged, params), 8, 0, !disabled);
      case AUTOINDEX -> new SearchParameters(Math.max(k, ranged ? 512 : 64), 8, 0, true);
      case IVF_FLAT -> new SearchParameters(Math.max(k, 16), nprobe(params), 0, true);
      case SPARSE_INVERTED_INDEX ->
          new SearchParameters(Math.max(k, 16), 8, dropRatio(params), true);
      case FLAT, BIN_FLAT, INVERTED, BITMAP, STL_SORT, TRIE ->
          new SearchParameters(Math.max(k, 16), 8, 0, true);
    };
  }

  /** The defaults for k rows. */
  public static SearchParameters defaults(IndexSpec spec, int k) {
    return of(spec, k, Map.of());
  }

  private static int ef(int k, boolean ranged, Map<String, Object> params) {
    Object value = params.get("ef");
    if (value == null) {
      return ranged ? Math.max(k, 512) : Math.max(k, 16);
    }
    int ef = ParameterValue.integer("ef", value, 1, Integer.MAX_VALUE);
    if (ef < k) {
      throw ElanusException.invalid("ef(%d) should be larger than k(%d)".formatted(ef, k));
    }
    return ef;
  }

  private static int nprobe(Map<String, Object> params) {
    Object value = params.get("nprobe");
    return value == null ? 8 : ParameterValue.integer("nprobe", value, 1, 65536);
  }

  private static float dropRatio(Map<String, Object> params) {
    Object value = params.get("drop_ratio_search");
    return value == null ? 0 : ParameterValue.fraction("drop_ratio_search", value, 0, 1);
  }
}
