package io.elanus.index;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks what a client asks for when it creates a vector index, with Milvus's texts. */
public final class IndexParameters {
  private static final Set<Metric> FLOAT_METRICS = EnumSet.of(Metric.L2, Metric.IP, Metric.COSINE);
  private static final Set<Metric> BINARY_METRICS =
      EnumSet.of(
          Metric.HAMMING,
          Metric.JACCARD,
          Metric.SUBSTRUCTURE,
          Metric.SUPERSTRUCTURE,
          Metric.MHJACCARD);

  private IndexParameters() {}

  /**
   * Validates an index on a vector column.
   *
   * @param dimension elements of a row; ignored for sparse vectors
   * @param typeName {@code index_type} as given; empty means AUTOINDEX
   * @param metricName {@code metric_type} as given; empty takes the default under AUTOINDEX and is
   *     an error otherwise
   * @param params all other parameters; keys of other types are kept and not read
   * @throws ElanusException 1100 with the text of Milvus
   */
  public static IndexSpec validate(
      DataType dataType,
      int dimension,
      String typeName,
      String metricName,
      Map<String, String> params) {
    Optional<IndexType> counterpart = GpuIndexes.counterpart(typeName);
    if (counterpart.isPresent()) {
      return gpu(counterpart.get(), dataType, dimension, typeName, metricName, params);
    }
    IndexType type = type(typeName);
    if (!type.vector() || !dataType.isVector()) {
      throw cannotBuild(dataType, typeName);
    }
    if (type == IndexType.AUTOINDEX) {
      return automatic(dataType, metricName, params);
    }
    Metric metric = givenMetric(dataType, metricName);
    if (!supports(type, dataType)) {
      throw cannotBuild(dataType, typeName.toUpperCase(Locale.ROOT));
    }
    return spec(type, metric, dataType, dimension, params);
  }

  private static IndexSpec spec(
      IndexType type, Metric metric, DataType dataType, int dimension, Map<String, String> params) {
    checkBinary(type, dataType, metric);
    checkRanges(type, metric, dimension, params);
    return new IndexSpec(type, metric, params);
  }

  private static Metric givenMetric(DataType dataType, String metricName) {
    if (metricName.isEmpty()) {
      throw ElanusException.invalid("metric type not set for vector index");
    }
    return metric(dataType, metricName);
  }

  /** Only a scan takes every metric of bits: what matches or does not has no nearest to walk to. */
  private static void checkBinary(IndexType type, DataType dataType, Metric metric) {
    Set<Metric> supported =
        switch (type) {
          case BIN_FLAT -> BINARY_METRICS;
          case MINHASH_LSH -> EnumSet.of(Metric.MHJACCARD);
          case AUTOINDEX -> EnumSet.of(Metric.HAMMING, Metric.JACCARD, Metric.MHJACCARD);
          default -> EnumSet.of(Metric.HAMMING, Metric.JACCARD);
        };
    if (dataType == DataType.BINARY_VECTOR && !supported.contains(metric)) {
      throw ElanusException.invalid(
          "metric type %s not found or not supported, supported: [%s]"
              .formatted(
                  metric, supported.stream().map(Metric::name).collect(Collectors.joining(" "))));
    }
  }

  /**
   * Checked as what is built, with the name that was asked for in the texts. Inverted lists take
   * int8 under these names, as in Milvus, and under no others.
   */
  private static IndexSpec gpu(
      IndexType counterpart,
      DataType dataType,
      int dimension,
      String typeName,
      String metricName,
      Map<String, String> params) {
    if (!GpuIndexes.supports(counterpart, dataType)) {
      throw cannotBuild(dataType, typeName);
    }
    GpuIndexes.check(counterpart, params);
    return spec(
        counterpart,
        givenMetric(dataType, metricName),
        dataType,
        dimension,
        GpuIndexes.translated(counterpart, dimension, params));
  }

  /** The metric that a vector index gets when none is named. */
  public static Metric defaultMetric(DataType dataType) {
    return switch (dataType) {
      case BINARY_VECTOR -> Metric.HAMMING;
      case SPARSE_FLOAT_VECTOR -> Metric.IP;
      default -> Metric.COSINE;
    };
  }

  private static IndexType type(String name) {
    return name.isEmpty()
        ? IndexType.AUTOINDEX
        : IndexType.ofName(name)
            .orElseThrow(() ->
                new ElanusException(ErrorCode.INVALID_PARAMETER)
                    .with("expected", "valid index")
                    .with("actual", "invalid index type: " + name));
  }

  private static IndexSpec automatic(
      DataType dataType, String metricName, Map<String, String> params) {
    if (!params.isEmpty()) {
      throw ElanusException.invalid("only metric type can be passed when use AutoIndex");
    }
    Metric metric = metricName.isEmpty() ? defaultMetric(dataType) : metric(dataType, metricName);
    checkBinary(IndexType.AUTOINDEX, dataType, metric);
    return new IndexSpec(IndexType.AUTOINDEX, metric, params);
  }

  private static Metric metric(DataType dataType, String name) {
    Metric metric = Metric.ofName(name).orElse(Metric.NONE);
    return switch (dataType) {
      case BINARY_VECTOR -> checked(BINARY_METRICS, metric, "binary", name);
      case INT8_VECTOR -> checked(FLOAT_METRICS, metric, "int", name);
      case SPARSE_FLOAT_VECTOR -> sparse(metric, name);
      default -> checked(FLOAT_METRICS, metric, "float", name);
    };
  }

  private static Metric checked(Set<Metric> supported, Metric metric, String kind, String name) {
    if (!supported.contains(metric)) {
      throw ElanusException.invalid(kind + " vector index does not support metric type: " + name);
    }
    return metric;
  }

  private static Metric sparse(Metric metric, String name) {
    if (name.equalsIgnoreCase("BM25")) {
      throw ElanusException.invalid("only BM25 Function output field support BM25 metric type");
    }
    if (metric != Metric.IP) {
      throw ElanusException.invalid("only IP&BM25 is the supported metric type for sparse index");
    }
    return metric;
  }

  private static boolean supports(IndexType type, DataType dataType) {
    return switch (type) {
      case FLAT,
          IVF_FLAT,
          IVF_SQ8,
          IVF_PQ,
          SCANN,
          IVF_RABITQ,
          IVF_RABITQ_FASTSCAN,
          DISKANN,
          AISAQ ->
          dataType == DataType.FLOAT_VECTOR
              || dataType == DataType.FLOAT16_VECTOR
              || dataType == DataType.BFLOAT16_VECTOR;
      case HNSW -> dataType.isDenseVector();
      case ANNOY -> dataType == DataType.FLOAT_VECTOR;
      case HNSW_SQ, HNSW_PQ, HNSW_PRQ ->
          dataType.isDenseVector() && dataType != DataType.BINARY_VECTOR;
      case BIN_FLAT, BIN_IVF_FLAT, MINHASH_LSH -> dataType == DataType.BINARY_VECTOR;
      case SPARSE_INVERTED_INDEX -> dataType == DataType.SPARSE_FLOAT_VECTOR;
      case AUTOINDEX -> dataType.isVector();
      case INVERTED, BITMAP, STL_SORT, TRIE -> false;
    };
  }

  private static void checkRanges(
      IndexType type, Metric metric, int dimension, Map<String, String> params) {
    switch (type) {
      case HNSW, HNSW_SQ, HNSW_PQ, HNSW_PRQ -> GraphParameters.check(type, dimension, params);
      case DISKANN, AISAQ -> DiskParameters.check(type, params);
      case IVF_FLAT, BIN_IVF_FLAT, IVF_SQ8, IVF_PQ, SCANN, IVF_RABITQ, IVF_RABITQ_FASTSCAN ->
          ListParameters.check(type, dimension, params);
      case ANNOY -> ParameterValue.checkInteger(params, "n_trees", 1, 1024);
      case SPARSE_INVERTED_INDEX -> SparseParameters.check(params);
      case MINHASH_LSH -> SignatureParameters.check(type, metric, dimension, params);
      case BIN_FLAT -> {
        ListParameters.checkLists(params);
        SignatureParameters.check(type, metric, dimension, params);
      }
      case FLAT -> ListParameters.checkLists(params);
      case AUTOINDEX, INVERTED, BITMAP, STL_SORT, TRIE -> {}
    }
  }

  private static ElanusException cannotBuild(DataType dataType, String typeName) {
    return ElanusException.invalid(
        "data type %s can't build with this index %s".formatted(dataType.wireName(), typeName));
  }
}
