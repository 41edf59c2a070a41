package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.Map;
import java.util.Optional;

/** What may be asked of a graph index, and what it gets that asks for nothing. */
public final class GraphParameters {
  static final int DEFAULT_SUBSPACES = 32;
  static final int DEFAULT_RESIDUAL_SUBSPACES = 2;

  /** Of the graph of a sealed segment: Milvus's defaults. */
  private static final int DEFAULT_M = 30;

  private static final int DEFAULT_EF_CONSTRUCTION = 360;

  /**
   * Of the graph over growing rows, whose links are made while rows come in and live until the
   * segment is sealed: it has to keep up with writers (decision 0007).
   */
  private static final int GROWING_M = 16;

  private static final int GROWING_EF_CONSTRUCTION = 200;

  /**
   * The base has twice as many links a slot, and with fewer it does not hold clustered rows
   * together (3,000 × 32 in 300 clusters: of the ten nearest, no effort up to 500 finds more than
   * .58 with one link, .966 with four and .996 with eight). Eight take no more room than one.
   */
  private static final int LEAST_M = 4;

  private static final int AUTOMATIC_M = 18;
  private static final int AUTOMATIC_EF_CONSTRUCTION = 240;

  /**
   * Rows of fewer dimensions have neighbours in fewer directions and cost little to compare: more
   * links and more candidates pay (GloVe, 50 dimensions; decision 0017).
   */
  private static final int SHORT_DIMENSION = 128;

  private static final int SHORT_AUTOMATIC_M = 24;
  private static final int SHORT_AUTOMATIC_EF_CONSTRUCTION = 400;

  private GraphParameters() {}

  /**
   * Links of a slot in a layer above the base, which has twice as many: what was asked for, unless
   * that is too few.
   */
  public static int m(IndexSpec spec, int dimension) {
    int automatic = dimension < SHORT_DIMENSION ? SHORT_AUTOMATIC_M : AUTOMATIC_M;
    int otherwise = spec.type() == IndexType.AUTOINDEX ? automatic : DEFAULT_M;
    return Math.max(LEAST_M, spec.integer("M", otherwise));
  }

  /** As the user's parameter of that name. */
  public static int efConstruction(IndexSpec spec, int dimension) {
    int automatic =
        dimension < SHORT_DIMENSION ? SHORT_AUTOMATIC_EF_CONSTRUCTION : AUTOMATIC_EF_CONSTRUCTION;
    return spec.integer(
        "efConstruction", spec.type() == IndexType.AUTOINDEX ? automatic : DEFAULT_EF_CONSTRUCTION);
  }

  /** As {@link #m}, of the graph over growing rows. */
  public static int growingM(IndexSpec spec) {
    return Math.max(LEAST_M, spec.integer("M", GROWING_M));
  }

  /** As {@link #efConstruction}, of the graph over growing rows. */
  public static int growingEfConstruction(IndexSpec spec) {
    return spec.integer("efConstruction", GROWING_EF_CONSTRUCTION);
  }

  static void check(IndexType type, int dimension, Map<String, String> params) {
    ParameterValue.checkInteger(params, "M", 2, 2048);
    ParameterValue.checkInteger(params, "efConstruction", 1, Integer.MAX_VALUE);
    switch (type) {
      case HNSW_SQ -> checkCodes(params);
      case HNSW_PQ -> checkProduct(dimension, DEFAULT_SUBSPACES, params);
      case HNSW_PRQ -> {
        ParameterValue.checkInteger(params, "nrq", 1, 16);
        checkProduct(dimension, DEFAULT_RESIDUAL_SUBSPACES, params);
      }
      default -> refuseRefining(params);
    }
  }

  private static void refuseRefining(Map<String, String> params) {
    if (params.getOrDefault("refine", "false").equalsIgnoreCase("true")) {
      throw ElanusException.invalid("refine is not supported for this index");
    }
  }

  private static void checkCodes(Map<String, String> params) {
    String name = params.getOrDefault("sq_type", RowPrecision.SQ8.name());
    RowPrecision walked =
        RowPrecision.ofName(name)
            .filter(precision -> precision != RowPrecision.FP32)
            .orElseThrow(() ->
                ElanusException.invalid(
                    ("invalid sq_type: %s, optional types are [RABITQ, SQ4U, SQ6, SQ8, BF16,"
                            + " FP16]")
                        .formatted(name)));
    Optional<RowPrecision> refined = refined(walked == RowPrecision.RABITQ, params);
    if (walked == RowPrecision.RABITQ && refined.isEmpty()) {
      throw ElanusException.invalid("sq type RABITQ has no answers without refine");
    }
    if (refined.isPresent() && refined.orElseThrow().compareTo(walked) <= 0) {
      throw ElanusException.invalid(
          "refine type %s should be more precise than sq type %s"
              .formatted(params.get("refine_type"), walked));
    }
  }

  private static void checkProduct(int dimension, int subspaces, Map<String, String> params) {
    int m =
        ParameterValue.integer(
            "m", params.getOrDefault("m", Integer.toString(subspaces)), 1, 65536);
    ParameterValue.checkInteger(params, "nbits", 1, 24);
    if (dimension % m != 0) {
      throw ElanusException.invalid(
          "The dimension of a vector (dim) should be a multiple of the number of subquantizers (m). Dimension: %d, m: %d"
              .formatted(dimension, m));
    }
    if (refined(false, params).equals(Optional.of(RowPrecision.RABITQ))) {
      throw noRefineType(RowPrecision.RABITQ.name());
    }
  }

  /** What refines, if anything; its name is checked in any case. */
  private static Optional<RowPrecision> refined(boolean otherwise, Map<String, String> params) {
    boolean refine =
        ParameterValue.bool("refine", params.getOrDefault("refine", Boolean.toString(otherwise)));
    String name = params.getOrDefault("refine_type", RowPrecision.FP32.name());
    Optional<RowPrecision> refined = RowPrecision.ofName(name);
    if (refined.isEmpty()) {
      throw noRefineType(name);
    }
    return refine ? refined : Optional.empty();
  }

  private static ElanusException noRefineType(String name) {
    return ElanusException.invalid(
        "invalid refine type : %s, optional types are [sq4u, sq6, sq8, fp16, bf16, fp32, flat]"
            .formatted(name));
  }
}
