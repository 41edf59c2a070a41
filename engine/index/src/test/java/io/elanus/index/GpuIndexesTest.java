package io.elanus.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of indexes on graphics cards stand for their counterparts on the processor. */
class GpuIndexesTest {
  @ParameterizedTest
  @CsvSource({
    "GPU_BRUTE_FORCE, FLAT",
    "gpu_ivf_flat, IVF_FLAT",
    "GPU_IVF_PQ, IVF_PQ",
    "GPU_CAGRA, HNSW",
  })
  void namesHaveCounterparts(String name, IndexType counterpart) {
    assertThat(GpuIndexes.counterpart(name)).contains(counterpart);
    IndexSpec spec =
        IndexParameters.validate(DataType.FLOAT_VECTOR, 96, name, "IP", Map.of("nlist", "64"));
    assertThat(spec.type()).isEqualTo(counterpart);
    assertThat(spec.params()).containsEntry("nlist", "64");
    assertThat(GpuIndexes.built(name, Metric.IP, 96, Map.of("nlist", "64"))).isEqualTo(spec);
  }

  @Test
  void otherNamesAreAsTheyAre() {
    assertThat(GpuIndexes.counterpart("HNSW")).isEmpty();
    Map<String, String> params = Map.of("M", "8");
    assertThat(GpuIndexes.built("hnsw", Metric.L2, 4, params))
        .isEqualTo(new IndexSpec(IndexType.HNSW, Metric.L2, params));
    assertThat(GpuIndexes.built("", Metric.L2, 4, Map.of()).type()).isEqualTo(IndexType.AUTOINDEX);
    assertThatThrownBy(() -> validate("GPU_TREE", DataType.FLOAT_VECTOR, Map.of()))
        .hasMessageContaining("invalid index type: GPU_TREE");
  }

  private static IndexSpec validate(String name, DataType type, Map<String, String> params) {
    return IndexParameters.validate(type, 96, name, "L2", params);
  }

  @Test
  void parametersAreTranslated() {
    assertThat(validate("GPU_CAGRA", DataType.FLOAT_VECTOR, Map.of()).params())
        .containsEntry("M", "32")
        .containsEntry("efConstruction", "256");
    Map<String, String> cagra = Map.of("graph_degree", "24", "intermediate_graph_degree", "50");
    assertThat(validate("GPU_CAGRA", DataType.FLOAT_VECTOR, cagra).params())
        .containsEntry("M", "12")
        .containsEntry("efConstruction", "100")
        .containsEntry("graph_degree", "24");
    assertThat(validate("GPU_IVF_PQ", DataType.FLOAT_VECTOR, Map.of("m", "0")).params())
        .containsEntry("m", "48");
    assertThat(validate("GPU_IVF_PQ", DataType.FLOAT_VECTOR, Map.of("refine_ratio", "2")).params())
        .containsEntry("refine", "true");
    assertThat(
            IndexParameters.validate(DataType.FLOAT_VECTOR, 97, "GPU_IVF_PQ", "L2", Map.of())
                .params())
        .as("97 is prime")
        .containsEntry("m", "1");
  }

  @Test
  void rangesAndTypesAreChecked() {
    assertThatThrownBy(
            () -> validate("GPU_CAGRA", DataType.FLOAT_VECTOR, Map.of("graph_degree", "0")))
        .hasMessageContaining("graph_degree");
    assertThatThrownBy(
            () -> validate("GPU_CAGRA", DataType.FLOAT_VECTOR, Map.of("build_algo", "x")))
        .hasMessageContaining("build_algo");
    assertThatThrownBy(() -> validate("GPU_IVF_PQ", DataType.FLOAT_VECTOR, Map.of("nbits", "9")))
        .hasMessageContaining("should be in range [4, 8]");
    assertThatThrownBy(() -> validate("GPU_IVF_PQ", DataType.FLOAT_VECTOR, Map.of("m", "7")))
        .hasMessageContaining("multiple of the number of subquantizers");
    assertThatThrownBy(() -> validate("GPU_CAGRA", DataType.BFLOAT16_VECTOR, Map.of()))
        .hasMessageContaining("GPU_CAGRA");
    assertThatThrownBy(() -> validate("GPU_IVF_FLAT", DataType.SPARSE_FLOAT_VECTOR, Map.of()))
        .hasMessageContaining("GPU_IVF_FLAT");
  }

  @Test
  void listsTakeInt8UnderTheirNames() {
    assertThat(validate("GPU_IVF_FLAT", DataType.INT8_VECTOR, Map.of("nlist", "64")))
        .isEqualTo(new IndexSpec(IndexType.IVF_FLAT, Metric.L2, Map.of("nlist", "64")));
    assertThat(validate("GPU_IVF_PQ", DataType.INT8_VECTOR, Map.of()).type())
        .isEqualTo(IndexType.IVF_PQ);
    assertThatThrownBy(() -> validate("IVF_FLAT", DataType.INT8_VECTOR, Map.of()))
        .hasMessageContaining("data type Int8Vector can't build with this index IVF_FLAT");
    assertThatThrownBy(() -> validate("GPU_IVF_FLAT", DataType.BINARY_VECTOR, Map.of()))
        .hasMessageContaining("data type BinaryVector can't build with this index GPU_IVF_FLAT");
  }

  @Test
  void theSizeOfThePoolIsTheEffort() {
    IndexSpec spec = validate("GPU_CAGRA", DataType.FLOAT_VECTOR, Map.of());
    assertThat(SearchParameters.of(spec, 10, Map.of("itopk_size", 128)).ef()).isEqualTo(128);
    assertThat(SearchParameters.of(spec, 10, Map.of("itopk_size", 128)).targetRecall()).isZero();
    assertThat(SearchParameters.of(spec, 100, Map.of("itopk_size", 64)).ef()).isEqualTo(100);
    assertThat(SearchParameters.of(spec, 10, Map.of("ef", 99, "itopk_size", 64)).ef())
        .isEqualTo(99);
    assertThatThrownBy(
            () -> SearchParameters.of(spec, 10, Map.of("itopk_size", 64, "target_recall", 0.9)))
        .hasMessageContaining("itopk_size and target_recall exclude each other");
  }
}
