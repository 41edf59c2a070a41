package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.Map;

/**
 * How hard a search tries, checked. Fields that the index does not know are at their defaults.
 *
 * @param ef candidates a graph search keeps
 * @param nprobe inverted lists visited
 * @param dropRatioSearch share of the smallest query weights a sparse search may leave out
 * @param refineFactor candidates judged again for each row wanted, at least
 * @param exactCompletion whether an exact scan completes an answer of fewer than k rows
 * @param targetRecall the recall for which a graph takes the effort that its build measured, at
 *     least {@code ef}; 0 where {@code ef} is the effort
 */
public record SearchParameters(
    int ef,
    int nprobe,
    float dropRatioSearch,
    float refineFactor,
    boolean exactCompletion,
    float targetRecall) {
  private static final String TARGET_RECALL = "target_recall";
  private static final int LEAST_EF = 16;
  private static final int RANGED_EF = 512;

  /** Reads the parameters of a search for k rows; unknown keys are ignored, as Milvus does. */
  public static SearchParameters of(IndexSpec spec, int k, Map<String, Object> params) {
    boolean ranged = params.containsKey("radius");
    boolean disabled =
        params.containsKey("disable_fallback_brute_force")
            && ParameterValue.bool(
                "disable_fallback_brute_force", params.get("disable_fallback_brute_force"));
    float target = targetRecall(params);
    return switch (spec.type()) {
      case HNSW, HNSW_SQ -> {
        boolean given = params.containsKey("ef");
        if (given && params.containsKey(TARGET_RECALL)) {
          throw ElanusException.invalid("ef and target_recall exclude each other");
        }
        yield new SearchParameters(
            ef(k, ranged, params),
            8,
            0,
            refineFactor(params),
            !disabled,
            given || ranged ? 0 : target);
      }
      case AUTOINDEX ->
          new SearchParameters(
              Math.max(k, ranged ? RANGED_EF : LEAST_EF), 8, 0, 1, true, ranged ? 0 : target);
      case IVF_FLAT ->
          new SearchParameters(Math.max(k, LEAST_EF), nprobe(params), 0, 1, true, target);
      case SPARSE_INVERTED_INDEX ->
          new SearchParameters(Math.max(k, LEAST_EF), 8, dropRatio(params), 1, true, target);
      case FLAT, BIN_FLAT, INVERTED, BITMAP, STL_SORT, TRIE ->
          new SearchParameters(Math.max(k, LEAST_EF), 8, 0, 1, true, target);
    };
  }

  /** The defaults for k rows. */
  public static SearchParameters defaults(IndexSpec spec, int k) {
    return of(spec, k, Map.of());
  }

  private static int ef(int k, boolean ranged, Map<String, Object> params) {
    Object value = params.get("ef");
    if (value == null) {
      return Math.max(k, ranged ? RANGED_EF : LEAST_EF);
    }
    int ef = ParameterValue.integer("ef", value, 1, Integer.MAX_VALUE);
    if (ef < k) {
      throw ElanusException.invalid("ef(%d) should be larger than k(%d)".formatted(ef, k));
    }
    return ef;
  }

  private static float targetRecall(Map<String, Object> params) {
    Object value = params.get(TARGET_RECALL);
    return value == null
        ? MeasuredRecall.DEFAULT_TARGET
        : ParameterValue.share(TARGET_RECALL, value);
  }

  private static int nprobe(Map<String, Object> params) {
    Object value = params.get("nprobe");
    return value == null ? 8 : ParameterValue.integer("nprobe", value, 1, 65536);
  }

  private static float refineFactor(Map<String, Object> params) {
    Object value = params.get("refine_k");
    return value == null ? 1 : ParameterValue.within("refine_k", value, 1, Float.MAX_VALUE);
  }

  private static float dropRatio(Map<String, Object> params) {
    Object value = params.get("drop_ratio_search");
    return value == null ? 0 : ParameterValue.fraction("drop_ratio_search", value, 0, 1);
  }
}
