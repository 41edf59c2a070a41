package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Map;

/**
 * How hard a search tries, checked. Fields that the index does not know are at their defaults.
 *
 * @param ef candidates a graph search keeps
 * @param nprobe inverted lists visited, unless there is a target
 * @param dropRatioSearch share of the smallest query weights a sparse search may leave out
 * @param refineFactor candidates judged again for each row wanted, at least
 * @param reorder candidates judged again, at least; of trees the rows compared, 0 for as many as
 *     they choose
 * @param emptyLists inverted lists in a row without a hit that end a range search; 0 for as many as
 *     {@code nprobe}
 * @param beam nodes that a graph on disk asks for at a time
 * @param exactCompletion whether an exact scan completes an answer of fewer than k rows
 * @param targetRecall the recall for which a graph takes the effort that its build measured, at
 *     least {@code ef}, and an inverted file the lists; 0 where {@code ef} or {@code nprobe} is the
 *     effort
 * @param page whether the answer is a page of an iterator: what it passes over never comes
 */
public record SearchParameters(
    int ef,
    int nprobe,
    float dropRatioSearch,
    float refineFactor,
    int reorder,
    int emptyLists,
    int beam,
    boolean exactCompletion,
    float targetRecall,
    boolean page) {
  /** The key by which an iterator's pages are known. */
  public static final String ITERATOR = "iterator";

  private static final String TARGET_RECALL = "target_recall";
  private static final int LEAST_EF = 16;

  /** Inverted lists that a search visits which names neither these nor a recall. */
  public static final int DEFAULT_NPROBE = 8;

  private static final int DEFAULT_EMPTY_LISTS = 0;
  private static final int MOST_LISTS = 65536;
  private static final List<String> QUERY_BITS = List.of("rbq_bits_query", "rbq_query_bits");

  /** Parameters while they are read: what no key of an index changes stays at its default. */
  private static final class Draft {
    int ef;
    int nprobe = DEFAULT_NPROBE;
    float dropRatioSearch;
    float refineFactor = 1;
    int reorder;
    int emptyLists = DEFAULT_EMPTY_LISTS;
    int beam = 1;
    boolean exactCompletion = true;
    float targetRecall;
    final boolean page;

    Draft(int k, float targetRecall, boolean page) {
      this.ef = Math.max(k, LEAST_EF);
      this.reorder = k;
      this.targetRecall = targetRecall;
      this.page = page;
    }

    SearchParameters parameters() {
      return new SearchParameters(
          ef,
          nprobe,
          dropRatioSearch,
          refineFactor,
          reorder,
          emptyLists,
          beam,
          exactCompletion,
          targetRecall,
          page);
    }
  }

  /** Reads the parameters of a search for k rows; unknown keys are ignored, as Milvus does. */
  public static SearchParameters of(IndexSpec spec, int k, Map<String, Object> params) {
    boolean disabled =
        params.containsKey("disable_fallback_brute_force")
            && ParameterValue.bool(
                "disable_fallback_brute_force", params.get("disable_fallback_brute_force"));
    Draft draft = new Draft(k, targetRecall(params), isPage(params));
    switch (spec.type()) {
      case HNSW, HNSW_SQ, HNSW_PQ, HNSW_PRQ -> {
        readGraph(draft, k, params);
        draft.exactCompletion = !disabled;
      }
      case DISKANN, AISAQ -> readDisk(draft, spec, k, params);
      case IVF_FLAT, BIN_IVF_FLAT -> {
        refineFactor(params); // full rows are judged anyway
        readLists(draft, params);
      }
      case IVF_SQ8, IVF_PQ, IVF_RABITQ, IVF_RABITQ_FASTSCAN -> {
        draft.refineFactor = refineFactor(params);
        readLists(draft, params);
      }
      case SCANN -> {
        draft.reorder = reorder(k, params);
        readLists(draft, params);
      }
      case ANNOY -> {
        draft.reorder = compared(k, params);
        draft.targetRecall = 0;
      }
      case SPARSE_INVERTED_INDEX -> {
        SparseParameters.checkSearch(params);
        draft.dropRatioSearch = SparseParameters.dropRatio(params);
      }
      case MINHASH_LSH -> SignatureParameters.checkSearch(spec, params);
      case AUTOINDEX, FLAT, BIN_FLAT, INVERTED, BITMAP, STL_SORT, TRIE -> {} // as it is
    }
    return draft.parameters();
  }

  /** Rows that trees compare with the query; 0 where that is left to them. */
  private static int compared(int k, Map<String, Object> params) {
    Object given = params.get("search_k");
    int compared =
        given == null ? -1 : ParameterValue.integer("search_k", given, -1, Integer.MAX_VALUE);
    return compared == -1 ? 0 : enough("search_k", compared, k, params);
  }

  private static void readGraph(Draft draft, int k, Map<String, Object> params) {
    boolean given = params.containsKey("ef") || params.containsKey("itopk_size");
    checkTarget(given, params.containsKey("ef") ? "ef" : "itopk_size", params);
    draft.ef = ef(k, params);
    draft.refineFactor = refineFactor(params);
    draft.targetRecall = given ? 0 : draft.targetRecall;
  }

  private static void readDisk(Draft draft, IndexSpec spec, int k, Map<String, Object> params) {
    boolean given = params.containsKey("search_list") || params.containsKey("search_list_size");
    checkTarget(given, "search_list", params);
    draft.ef = DiskParameters.searchList(k, params);
    draft.beam = DiskParameters.beam(spec.type(), params);
    draft.targetRecall = given ? 0 : draft.targetRecall;
  }

  private static void readLists(Draft draft, Map<String, Object> params) {
    checkIgnored(params);
    checkTarget(params.containsKey("nprobe"), "nprobe", params);
    draft.nprobe = lists("nprobe", DEFAULT_NPROBE, params);
    draft.emptyLists = lists("max_empty_result_buckets", DEFAULT_EMPTY_LISTS, params);
    draft.targetRecall = params.containsKey(TARGET_RECALL) ? draft.targetRecall : 0;
  }

  private static void checkTarget(boolean given, String effort, Map<String, Object> params) {
    if (given && params.containsKey(TARGET_RECALL)) {
      throw ElanusException.invalid("%s and target_recall exclude each other".formatted(effort));
    }
  }

  /** The defaults for k rows. */
  public static SearchParameters defaults(IndexSpec spec, int k) {
    return of(spec, k, Map.of());
  }

  private static int ef(int k, Map<String, Object> params) {
    Object value = params.get("ef");
    Object pool = params.get("itopk_size"); // of GPU_CAGRA, whose search width adds to it
    if (value == null && pool != null) {
      return Math.max(k, ParameterValue.integer("itopk_size", pool, 1, Integer.MAX_VALUE));
    }
    if (value == null) {
      return Math.max(k, LEAST_EF);
    }
    return enough("ef", ParameterValue.integer("ef", value, 1, Integer.MAX_VALUE), k, params);
  }

  /**
   * An effort for k rows. Fewer are refused, but for a page of an iterator: its k has the rows that
   * were shown at its bound on top of the size that a user knows, so that there it is k then.
   */
  static int enough(String key, int effort, int k, Map<String, Object> params) {
    if (effort < k && !isPage(params)) {
      throw ElanusException.invalid("%s(%d) should be larger than k(%d)".formatted(key, effort, k));
    }
    return Math.max(effort, k);
  }

  private static boolean isPage(Map<String, Object> params) {
    return params.containsKey(ITERATOR) && ParameterValue.bool(ITERATOR, params.get(ITERATOR));
  }

  private static float targetRecall(Map<String, Object> params) {
    Object value = params.get(TARGET_RECALL);
    return value == null
        ? MeasuredRecall.DEFAULT_TARGET
        : ParameterValue.share(TARGET_RECALL, value);
  }

  private static int lists(String key, int otherwise, Map<String, Object> params) {
    Object value = params.get(key);
    return value == null ? otherwise : ParameterValue.integer(key, value, 1, MOST_LISTS);
  }

  /**
   * What changes nothing here: k rows come back anyway, and tables of a query are as fine as codes
   * need them.
   */
  private static void checkIgnored(Map<String, Object> params) {
    Object full = params.get("ensure_topk_full");
    if (full != null) {
      ParameterValue.bool("ensure_topk_full", full);
    }
    for (String key : QUERY_BITS) {
      Object bits = params.get(key);
      if (bits != null) {
        ParameterValue.integer(key, bits, 0, 8);
      }
    }
  }

  private static float refineFactor(Map<String, Object> params) {
    Object value = params.get("refine_k");
    return value == null ? 1 : ParameterValue.within("refine_k", value, 1, Float.MAX_VALUE);
  }

  private static int reorder(int k, Map<String, Object> params) {
    Object value = params.get("reorder_k");
    if (value == null) {
      return k;
    }
    int reorder = ParameterValue.integer("reorder_k", value, 1, Integer.MAX_VALUE);
    return enough("reorder_k", reorder, k, params);
  }
}
