package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.Map;
import java.util.Optional;

/** What may be asked of a graph index. */
final class GraphParameters {
  private GraphParameters() {}

  static void check(IndexType type, Map<String, String> params) {
    IndexParameters.integer(params, "M", 2, 2048);
    IndexParameters.integer(params, "efConstruction", 1, Integer.MAX_VALUE);
    if (type == IndexType.HNSW_SQ) {
      checkCodes(params);
    } else if (params.getOrDefault("refine", "false").equalsIgnoreCase("true")) {
      throw ElanusException.invalid("refine is not supported for this index");
    }
  }

  private static void checkCodes(Map<String, String> params) {
    RowPrecision walked =
        RowPrecision.ofName(params.getOrDefault("sq_type", RowPrecision.SQ8.name()))
            .filter(precision -> precision != RowPrecision.FP32)
            .orElseThrow(() -> ElanusException.invalid("invalid scalar quantizer type"));
    boolean signs = walked == RowPrecision.RABITQ;
    boolean refine =
        ParameterValue.bool("refine", params.getOrDefault("refine", Boolean.toString(signs)));
    if (signs && !refine) {
      throw ElanusException.invalid("sq type RABITQ has no answers without refine");
    }
    String name = params.getOrDefault("refine_type", RowPrecision.FP32.name());
    Optional<RowPrecision> refined = RowPrecision.ofName(name);
    if (refined.isEmpty()) {
      throw ElanusException.invalid(
          "invalid refine type : "
              + name
              + ", optional types are [sq4u, sq6, sq8, fp16, bf16, fp32, flat]");
    }
    if (refine && refined.orElseThrow().compareTo(walked) <= 0) {
      throw ElanusException.invalid(
          "refine type %s should be more precise than sq type %s".formatted(name, walked));
    }
  }
}
