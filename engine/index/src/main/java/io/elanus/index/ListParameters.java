package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks what a client asks of an inverted file. */
final class ListParameters {
  private static final List<String> REFINE_TYPES =
      List.of("SQ6", "SQ8", "FP16", "BF16", "FP32", "FLAT");
  private static final List<String> FULL_REFINE_TYPES = List.of("FP32", "FLAT");
  private static final List<String> CODE_TYPES = List.of("SQ4", "SQ6", "SQ8");

  private ListParameters() {}

  static void check(IndexType type, int dimension, Map<String, String> params) {
    checkLists(params);
    switch (type) {
      case IVF_SQ8 -> {
        oneOf("sq_type", params.getOrDefault("sq_type", "SQ8"), CODE_TYPES);
        refine(params, REFINE_TYPES);
      }
      case IVF_PQ -> {
        product(dimension, params);
        refine(params, REFINE_TYPES);
      }
      case SCANN -> {
        bool(params, "with_raw_data");
        subDimension(dimension, params);
      }
      case IVF_RABITQ -> {
        ParameterValue.checkInteger(params, "rbq_bits", 1, 9);
        refine(params, REFINE_TYPES);
      }
      case IVF_RABITQ_FASTSCAN -> refine(params, FULL_REFINE_TYPES);
      default -> {}
    }
  }

  /** How many lists; a scan takes the parameter as well, and has none. */
  static void checkLists(Map<String, String> params) {
    ParameterValue.checkInteger(params, "nlist", 1, 65536);
  }

  private static void product(int dimension, Map<String, String> params) {
    String given = params.get("m");
    if (given == null) {
      throw ElanusException.invalid("param 'm' not exist in json");
    }
    int m = ParameterValue.integer("m", given, 1, 65536);
    ParameterValue.checkInteger(params, "nbits", 1, 24);
    if (dimension % m != 0) {
      throw ElanusException.invalid(
          "The dimension of a vector (dim) should be a multiple of the number of subquantizers (m). Dimension: %d, m: %d"
              .formatted(dimension, m));
    }
  }

  private static void subDimension(int dimension, Map<String, String> params) {
    String given = params.get("sub_dim");
    if (given == null) {
      return;
    }
    int sub = ParameterValue.integer("sub_dim", given, 1, 65536);
    if (dimension % sub != 0) {
      throw ElanusException.invalid(
          "The dimension of a vector (dim) should be a multiple of sub_dim. Dimension: %d, sub_dim: %d"
              .formatted(dimension, sub));
    }
  }

  private static void refine(Map<String, String> params, List<String> types) {
    boolean wanted = bool(params, "refine");
    String type = params.get("refine_type");
    if (type != null) {
      oneOf("refine_type", type, types);
    } else if (wanted) {
      throw ElanusException.invalid("param 'refine_type' not exist in json");
    }
  }

  private static boolean bool(Map<String, String> params, String key) {
    String value = params.get(key);
    return value != null && ParameterValue.bool(key, value);
  }

  private static void oneOf(String key, String value, List<String> known) {
    if (!known.contains(value.toUpperCase(Locale.ROOT))) {
      throw ElanusException.invalid(
          "invalid %s: %s, optional types are %s".formatted(key, value, known));
    }
  }
}
