package io.elanus.index;

import java.util.Locale;
import java.util.Optional;

/** How an index keeps the numbers of its rows, the coarsest first. */
public enum RowPrecision {
  /** One bit an element: it tells what may be near, and something finer has to judge. */
  RABITQ,
  SQ4U,
  SQ6,
  SQ8,
  BF16,
  FP16,
  FP32;

  /** The precision of a name as clients write it; FLAT is FP32. */
  public static Optional<RowPrecision> ofName(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    if (upper.equals("FLAT")) {
      return Optional.of(FP32);
    }
    for (RowPrecision precision : values()) {
      if (precision.name().equals(upper)) {
        return Optional.of(precision);
      }
    }
    return Optional.empty();
  }

  /** What HNSW_SQ walks on; its parameters were checked. */
  public static RowPrecision walked(IndexSpec spec) {
    return ofName(spec.params().getOrDefault("sq_type", SQ8.name())).orElseThrow();
  }

  /**
   * What HNSW_SQ, HNSW_PQ and HNSW_PRQ judge candidates by again, if anything; its parameters were
   * checked.
   */
  public static Optional<RowPrecision> refined(IndexSpec spec) {
    boolean always = spec.type() == IndexType.HNSW_SQ && walked(spec) == RABITQ;
    return always || spec.params().getOrDefault("refine", "false").equalsIgnoreCase("true")
        ? ofName(spec.params().getOrDefault("refine_type", FP32.name()))
        : Optional.empty();
  }
}
