package io.elanus.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, with the texts clients compare. */
class IndexParametersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "FLOAT_VECTOR|NOPE|L2|-|-|invalid parameter[expected=valid index][actual=invalid index type: NOPE]",
        "FLOAT_VECTOR|HNSW|''|-|-|metric type not set for vector index: invalid parameter",
        "FLOAT_VECTOR|HNSW|HAMMING|-|-|float vector index does not support metric type: HAMMING: invalid parameter",
        "FLOAT_VECTOR|HNSW|FOO|-|-|float vector index does not support metric type: FOO: invalid parameter",
        "INT8_VECTOR|HNSW|JACCARD|-|-|int vector index does not support metric type: JACCARD: invalid parameter",
        "BINARY_VECTOR|BIN_FLAT|L2|-|-|binary vector index does not support metric type: L2: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|L2|-|-|only IP&BM25 is the supported metric type for sparse index: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|BM25|-|-|only BM25 Function output field support BM25 metric type: invalid parameter",
        "INT8_VECTOR|FLAT|L2|-|-|data type Int8Vector can't build with this index FLAT: invalid parameter",
        "FLOAT_VECTOR|BITMAP|L2|-|-|data type FloatVector can't build with this index BITMAP: invalid parameter",
        "FLOAT_VECTOR|HNSW|L2|M|1|Out of range in json: param 'M' (1) should be in range [2, 2048]: invalid parameter",
        "FLOAT_VECTOR|HNSW|L2|M|16.0|wrong data type in json, key: 'M', value: '16.0': invalid parameter",
        "FLOAT_VECTOR|HNSW|L2|efConstruction|0|Out of range in json: param 'efConstruction' (0) should be in range [1, 2147483647]: invalid parameter",
        "FLOAT_VECTOR|IVF_FLAT|L2|nlist|65537|Out of range in json: param 'nlist' (65537) should be in range [1, 65536]: invalid parameter",
        "FLOAT_VECTOR|AUTOINDEX|L2|M|8|only metric type can be passed when use AutoIndex: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|IP|drop_ratio_build|1.1|Out of range in json: param 'drop_ratio_build' (1.1) should be in range [0.000000, 1.000000): invalid parameter",
      })
  void refuses(
      DataType type, String index, String metric, String key, String value, String message) {
    Map<String, String> params = key == null ? Map.of() : Map.of(key, value);
    assertThatThrownBy(() -> IndexParameters.validate(type, 8, index, metric, params))
        .isInstanceOfSatisfying(
            ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
        .hasMessage(message);
  }

  @Test
  void fillsInWhatIsLeftOut() {
    assertThat(IndexParameters.validate(DataType.FLOAT_VECTOR, 8, "", "", Map.of()))
        .isEqualTo(IndexSpec.of(IndexType.AUTOINDEX, Metric.COSINE));
    assertThat(IndexParameters.validate(DataType.BINARY_VECTOR, 8, "", "", Map.of()).metric())
        .isEqualTo(Metric.HAMMING);
    assertThat(
            IndexParameters.validate(DataType.SPARSE_FLOAT_VECTOR, 0, "AUTOINDEX", "", Map.of())
                .metric())
        .isEqualTo(Metric.IP);
  }

  @Test
  void readsEffort() {
    IndexSpec hnsw = IndexSpec.of(IndexType.HNSW, Metric.L2);
    assertThat(SearchParameters.of(hnsw, 10, Map.of()).ef()).isEqualTo(16);
    assertThat(SearchParameters.of(hnsw, 10, Map.of("ef", "40")).ef()).isEqualTo(40);
    assertThat(SearchParameters.of(hnsw, 10, Map.of("radius", 1)).ef()).isEqualTo(512);
    assertThatThrownBy(() -> SearchParameters.of(hnsw, 10, Map.of("ef", 9)))
        .hasMessageContaining("ef(9) should be larger than k(10)");
    assertThatThrownBy(() -> SearchParameters.of(hnsw, 10, Map.of("ef", true)))
        .hasMessageContaining("Type conflict in json: param 'ef' (true) should be integer");
  }

  @Test
  void readsTheRecallAskedFor() {
    IndexSpec hnsw = IndexSpec.of(IndexType.HNSW, Metric.L2);
    IndexSpec automatic = IndexSpec.of(IndexType.AUTOINDEX, Metric.L2);
    assertThat(SearchParameters.of(hnsw, 10, Map.of()).targetRecall()).isEqualTo(0.95f);
    assertThat(SearchParameters.of(hnsw, 10, Map.of("ef", 64)).targetRecall()).isZero();
    assertThat(SearchParameters.of(automatic, 10, Map.of()).targetRecall()).isEqualTo(0.95f);
    assertThat(SearchParameters.of(automatic, 10, Map.of("target_recall", "1")).targetRecall())
        .isEqualTo(1);
    assertThat(SearchParameters.of(hnsw, 10, Map.of("radius", 1)).targetRecall()).isZero();
    for (Object wrong : new Object[] {0, 1.01, -0.5}) {
      assertThatThrownBy(() -> SearchParameters.of(hnsw, 10, Map.of("target_recall", wrong)))
          .hasMessageContaining("param 'target_recall' (" + wrong + ") should be in range (0, 1]");
    }
    assertThatThrownBy(() -> SearchParameters.of(automatic, 10, Map.of("target_recall", "much")))
        .hasMessageContaining("param 'target_recall' (much) should be a number");
    assertThatThrownBy(() -> SearchParameters.of(hnsw, 10, Map.of("ef", 64, "target_recall", 0.9)))
        .hasMessageContaining("ef and target_recall exclude each other");
  }

  @Test
  void readsRanges() {
    assertThatThrownBy(() -> ScoreRange.of(Metric.IP, Map.of("range_filter", 1)))
        .hasMessageContaining("range_filter requires radius to be set");
    assertThatThrownBy(() -> ScoreRange.of(Metric.IP, Map.of("radius", 2, "range_filter", 1)))
        .hasMessageContaining("metric type (IP), range_filter(1) must be greater than radius(2)");
    assertThatThrownBy(() -> ScoreRange.of(Metric.L2, Map.of("radius", 1, "range_filter", 2)))
        .hasMessageContaining("metric type (L2), range_filter(2) must be less than radius(1)");
    assertThatThrownBy(() -> ScoreRange.of(Metric.L2, Map.of("radius", "x")))
        .hasMessageContaining("Type conflict in json: param 'radius' (x) should be a number");
    ScoreRange ip = ScoreRange.of(Metric.IP, Map.of("radius", 1, "range_filter", 2));
    assertThat(ip.accepts(1)).isFalse();
    assertThat(ip.accepts(2)).isTrue();
    ScoreRange l2 = ScoreRange.of(Metric.L2, Map.of("radius", 2, "range_filter", 1));
    assertThat(l2.accepts(1)).isTrue();
    assertThat(l2.accepts(2)).isFalse();
  }
}
