package io.elanus.index;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is built for the names of indexes on graphics cards: the counterpart on the processor, with
 * the parameters that have the same meaning there. A user gets the answers that were asked for, at
 * the speed of this machine; the others of the parameters are checked and change nothing.
 */
public final class GpuIndexes {
  private static final int DEFAULT_GRAPH_DEGREE = 64;
  private static final int DEFAULT_INTERMEDIATE_DEGREE = 128;
  private static final int MOST_GRAPH_DEGREE = 4096;

  private GpuIndexes() {}

  /** The type that is built for a name; empty when it is no such name. Letter case is ignored. */
  public static Optional<IndexType> counterpart(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "GPU_BRUTE_FORCE" -> Optional.of(IndexType.FLAT);
      case "GPU_IVF_FLAT" -> Optional.of(IndexType.IVF_FLAT);
      case "GPU_IVF_PQ" -> Optional.of(IndexType.IVF_PQ);
      case "GPU_CAGRA" -> Optional.of(IndexType.HNSW);
      default -> Optional.empty();
    };
  }

  /**
   * The index that is built for what a definition says, whatever its name.
   *
   * @param typeName as given; one that is not known means AUTOINDEX
   * @param params as given, checked by {@link IndexParameters}
   */
  public static IndexSpec built(
      String typeName, Metric metric, int dimension, Map<String, String> params) {
    return counterpart(typeName)
        .map(type -> new IndexSpec(type, metric, translated(type, dimension, params)))
        .orElseGet(() ->
            new IndexSpec(IndexType.ofName(typeName).orElse(IndexType.AUTOINDEX), metric, params));
  }

  /** What the cards take, by the documentation of Milvus; binary rows only in graphs. */
  static boolean supports(IndexType counterpart, DataType type) {
    return switch (type) {
      case FLOAT_VECTOR, FLOAT16_VECTOR -> true;
      case INT8_VECTOR -> counterpart != IndexType.FLAT;
      case BINARY_VECTOR -> counterpart == IndexType.HNSW;
      default -> false;
    };
  }

  /** Ranges of the parameters that only these indexes have. */
  static void check(IndexType counterpart, Map<String, String> params) {
    switch (counterpart) {
      case HNSW -> {
        ParameterValue.checkInteger(params, "graph_degree", 1, MOST_GRAPH_DEGREE);
        ParameterValue.checkInteger(params, "intermediate_graph_degree", 1, Integer.MAX_VALUE);
        String algorithm = params.getOrDefault("build_algo", "NN_DESCENT");
        if (!algorithm.equals("NN_DESCENT") && !algorithm.equals("IVF_PQ")) {
          throw ElanusException.invalid(
              "build_algo of GPU_CAGRA is NN_DESCENT or IVF_PQ, not " + algorithm);
        }
      }
      case IVF_PQ -> {
        ParameterValue.checkInteger(params, "m", 0, 65536);
        ParameterValue.checkInteger(params, "nbits", 4, 8);
        String ratio = params.get("refine_ratio");
        if (ratio != null) {
          ParameterValue.within("refine_ratio", ratio, 1, Float.MAX_VALUE);
        }
      }
      default -> {}
    }
  }

  /** The parameters of the counterpart; the rest is kept beside them. */
  static Map<String, String> translated(
      IndexType counterpart, int dimension, Map<String, String> params) {
    Map<String, String> all = new HashMap<>(params);
    switch (counterpart) {
      case HNSW -> {
        int degree = number(params, "graph_degree", DEFAULT_GRAPH_DEGREE);
        int intermediate = number(params, "intermediate_graph_degree", DEFAULT_INTERMEDIATE_DEGREE);
        all.put("M", Integer.toString(Math.max(2, degree / 2)));
        all.put(
            "efConstruction",
            Integer.toString((int) Math.min(Integer.MAX_VALUE, 2L * intermediate)));
      }
      case IVF_PQ -> {
        if (number(params, "m", 0) == 0) {
          all.put("m", Integer.toString(subspaces(dimension)));
        }
        if (Float.parseFloat(params.getOrDefault("refine_ratio", "1")) > 1) {
          all.put("refine", "true");
          all.put("refine_type", "FLAT");
        }
      }
      default -> {}
    }
    return all;
  }

  private static int number(Map<String, String> params, String name, int otherwise) {
    String value = params.get(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  /** Half of the dimension, or the next smaller number that divides it. */
  private static int subspaces(int dimension) {
    int parts = Math.max(1, dimension / 2);
    while (dimension % parts != 0) {
      parts--;
    }
    return parts;
  }
}
