package io.elanus.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        "FLOAT_VECTOR|IVF_FLAT|L2|nlist|+16|wrong data type in json, key: 'nlist', value: '+16': invalid parameter",
        "FLOAT_VECTOR|IVF_FLAT|L2|nlist|65537|Out of range in json: param 'nlist' (65537) should be in range [1, 65536]: invalid parameter",
        "FLOAT_VECTOR|IVF_PQ|L2|-|-|param 'm' not exist in json: invalid parameter",
        "FLOAT_VECTOR|IVF_PQ|L2|m|3|The dimension of a vector (dim) should be a multiple of the number of subquantizers (m). Dimension: 8, m: 3: invalid parameter",
        "FLOAT_VECTOR|IVF_PQ|L2|m|0|Out of range in json: param 'm' (0) should be in range [1, 65536]: invalid parameter",
        "FLOAT_VECTOR|IVF_PQ|L2|m|16.0|wrong data type in json, key: 'm', value: '16.0': invalid parameter",
        "FLOAT_VECTOR|IVF_SQ8|L2|refine|true|param 'refine_type' not exist in json: invalid parameter",
        "FLOAT_VECTOR|IVF_SQ8|L2|sq_type|SQ9|invalid sq_type: SQ9, optional types are [SQ4, SQ6, SQ8]: invalid parameter",
        "FLOAT_VECTOR|IVF_RABITQ|L2|refine_type|FP8|invalid refine_type: FP8, optional types are [SQ6, SQ8, FP16, BF16, FP32, FLAT]: invalid parameter",
        "FLOAT_VECTOR|IVF_RABITQ|L2|rbq_bits|10|Out of range in json: param 'rbq_bits' (10) should be in range [1, 9]: invalid parameter",
        "FLOAT_VECTOR|IVF_RABITQ_FASTSCAN|L2|refine_type|SQ8|invalid refine_type: SQ8, optional types are [FP32, FLAT]: invalid parameter",
        "FLOAT_VECTOR|DISKANN|L2|max_degree|2049|Out of range in json: param 'max_degree' (2049) should be in range [1, 2048]: invalid parameter",
        "FLOAT_VECTOR|DISKANN|L2|search_list_size|0|Out of range in json: param 'search_list_size' (0) should be in range [1, 2147483647]: invalid parameter",
        "FLOAT_VECTOR|AISAQ|L2|max_degree|513|Out of range in json: param 'max_degree' (513) should be in range [1, 512]: invalid parameter",
        "FLOAT_VECTOR|AISAQ|L2|rearrange|x|Type conflict in json: param 'rearrange' (x) should be a boolean: invalid parameter",
        "INT8_VECTOR|DISKANN|L2|-|-|data type Int8Vector can't build with this index DISKANN: invalid parameter",
        "FLOAT_VECTOR|SCANN|L2|sub_dim|3|The dimension of a vector (dim) should be a multiple of sub_dim. Dimension: 8, sub_dim: 3: invalid parameter",
        "FLOAT_VECTOR|SCANN|L2|with_raw_data|x|Type conflict in json: param 'with_raw_data' (x) should be a boolean: invalid parameter",
        "INT8_VECTOR|IVF_SQ8|L2|-|-|data type Int8Vector can't build with this index IVF_SQ8: invalid parameter",
        "FLOAT_VECTOR|BIN_IVF_FLAT|L2|-|-|data type FloatVector can't build with this index BIN_IVF_FLAT: invalid parameter",
        "BINARY_VECTOR|BIN_IVF_FLAT|HAMMING|nlist|0|Out of range in json: param 'nlist' (0) should be in range [1, 65536]: invalid parameter",
        "FLOAT_VECTOR|ANNOY|L2|n_trees|1025|Out of range in json: param 'n_trees' (1025) should be in range [1, 1024]: invalid parameter",
        "INT8_VECTOR|ANNOY|L2|-|-|data type Int8Vector can't build with this index ANNOY: invalid parameter",
        "FLOAT_VECTOR|FLAT|SUBSTRUCTURE|-|-|float vector index does not support metric type: SUBSTRUCTURE: invalid parameter",
        "INT8_VECTOR|HNSW|superstructure|-|-|int vector index does not support metric type: superstructure: invalid parameter",
        "BINARY_VECTOR|BIN_FLAT|TANIMOTO|-|-|binary vector index does not support metric type: TANIMOTO: invalid parameter",
        "BINARY_VECTOR|BIN_IVF_FLAT|SUBSTRUCTURE|-|-|metric type SUBSTRUCTURE not found or not supported, supported: [HAMMING JACCARD]: invalid parameter",
        "BINARY_VECTOR|HNSW|superstructure|-|-|metric type SUPERSTRUCTURE not found or not supported, supported: [HAMMING JACCARD]: invalid parameter",
        "BINARY_VECTOR|GPU_CAGRA|SUBSTRUCTURE|-|-|metric type SUBSTRUCTURE not found or not supported, supported: [HAMMING JACCARD]: invalid parameter",
        "BINARY_VECTOR|MINHASH_LSH|SUPERSTRUCTURE|-|-|metric type SUPERSTRUCTURE not found or not supported, supported: [MHJACCARD]: invalid parameter",
        "BINARY_VECTOR|AUTOINDEX|SUBSTRUCTURE|-|-|metric type SUBSTRUCTURE not found or not supported, supported: [HAMMING JACCARD MHJACCARD]: invalid parameter",
        "BINARY_VECTOR|MINHASH_LSH|JACCARD|-|-|metric type JACCARD not found or not supported, supported: [MHJACCARD]: invalid parameter",
        "BINARY_VECTOR|HNSW|MHJACCARD|-|-|metric type MHJACCARD not found or not supported, supported: [HAMMING JACCARD]: invalid parameter",
        "BINARY_VECTOR|MINHASH_LSH|MHJACCARD|mh_element_bit_width|4|Out of range in json: param 'mh_element_bit_width' (4) should be in range [8, 256]: invalid parameter",
        "BINARY_VECTOR|MINHASH_LSH|MHJACCARD|mh_lsh_band|2|Out of range in json: param 'mh_lsh_band' (2) should be in range [1, 1]: invalid parameter",
        "BINARY_VECTOR|BIN_FLAT|MHJACCARD|mh_element_bit_width|16|The dimension of a vector (dim) should be a multiple of mh_element_bit_width, which should be a multiple of 8. Dimension: 8, mh_element_bit_width: 16: invalid parameter",
        "BINARY_VECTOR|MINHASH_LSH|MHJACCARD|mh_lsh_code_in_mem|x|Type conflict in json: param 'mh_lsh_code_in_mem' (x) should be a boolean: invalid parameter",
        "FLOAT_VECTOR|MINHASH_LSH|L2|-|-|data type FloatVector can't build with this index MINHASH_LSH: invalid parameter",
        "FLOAT_VECTOR|AUTOINDEX|L2|M|8|only metric type can be passed when use AutoIndex: invalid parameter",
        "FLOAT_VECTOR|SPARSE_WAND|L2|-|-|data type FloatVector can't build with this index SPARSE_WAND: invalid parameter",
        "FLOAT_VECTOR|sparse_wand|L2|-|-|data type FloatVector can't build with this index SPARSE_WAND: invalid parameter",
        "INT8_VECTOR|GPU_BRUTE_FORCE|L2|-|-|data type Int8Vector can't build with this index GPU_BRUTE_FORCE: invalid parameter",
        "FLOAT_VECTOR|marisa-trie|L2|-|-|data type FloatVector can't build with this index marisa-trie: invalid parameter",
        "FLOAT_VECTOR|DISKANN|L2|beamwidth|0|Out of range in json: param 'beamwidth' (0) should be in range [1, 128]: invalid parameter",
        "FLOAT_VECTOR|AISAQ|L2|beamwidth|17|Out of range in json: param 'beamwidth' (17) should be in range [1, 16]: invalid parameter",
        "FLOAT_VECTOR|DISKANN|L2|filter_threshold|2|Out of range in json: param 'filter_threshold' (2) should be in range [-1.000000, 1.000000]: invalid parameter",
        "FLOAT_VECTOR|AISAQ|L2|vectors_beamwidth|5|Out of range in json: param 'vectors_beamwidth' (5) should be in range [1, 4]: invalid parameter",
        "FLOAT_VECTOR|FLAT|L2|nlist|0|Out of range in json: param 'nlist' (0) should be in range [1, 65536]: invalid parameter",
        "BINARY_VECTOR|BIN_FLAT|HAMMING|nlist|0|Out of range in json: param 'nlist' (0) should be in range [1, 65536]: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_WAND|IP|inverted_index_algo|WAND|sparse inverted index algo WAND not found or not supported, supported: [TAAT_NAIVE DAAT_WAND DAAT_MAXSCORE BLOCK_MAX_MAXSCORE BLOCK_MAX_WAND SINDI]: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|IP|sindi_window_size|1023|Out of range in json: param 'sindi_window_size' (1023) should be in range [1024, 65535]: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|IP|inverted_index_codec|zip|inverted_index_codec zip not found or not supported, supported: [block_streamvbyte block_maskedvbyte block_adaptive]: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|IP|quant_type|u16|quant_type u16 not found or not supported, supported: [fp16 fp32]: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|IP|block_max_block_size|0|Out of range in json: param 'block_max_block_size' (0) should be in range [1, 2147483647]: invalid parameter",
        "SPARSE_FLOAT_VECTOR|SPARSE_INVERTED_INDEX|IP|dim_max_score_ratio|1.4|Out of range in json: param 'dim_max_score_ratio' (1.4) should be in range [0.500000, 1.300000]: invalid parameter",
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

  @ParameterizedTest
  @CsvSource({"HAMMING", "jaccard", "SUBSTRUCTURE", "Superstructure", "MHJACCARD"})
  void aScanOfBitsTakesEveryMetricOfThem(String metric) {
    assertThat(
            IndexParameters.validate(DataType.BINARY_VECTOR, 8, "BIN_FLAT", metric, Map.of())
                .metric()
                .name())
        .isEqualToIgnoringCase(metric);
  }

  @Test
  void readsEffort() {
    IndexSpec hnsw = IndexSpec.of(IndexType.HNSW, Metric.L2);
    assertThat(SearchParameters.of(hnsw, 10, Map.of()).ef()).isEqualTo(16);
    assertThat(SearchParameters.of(hnsw, 10, Map.of("ef", "40")).ef()).isEqualTo(40);
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
  void readsHowManyAreJudgedAgain() {
    IndexSpec scann = IndexSpec.of(IndexType.SCANN, Metric.L2);
    assertThat(SearchParameters.of(scann, 10, Map.of("reorder_k", 40)).reorder()).isEqualTo(40);
    assertThatThrownBy(() -> SearchParameters.of(scann, 10, Map.of("reorder_k", 9)))
        .hasMessageContaining("reorder_k(9) should be larger than k(10)");
    IndexSpec codes = IndexSpec.of(IndexType.IVF_SQ8, Metric.L2);
    assertThat(SearchParameters.of(codes, 10, Map.of("refine_k", 2.5)).refineFactor())
        .isEqualTo(2.5f);
    assertThatThrownBy(() -> SearchParameters.of(codes, 10, Map.of("refine_k", 0.5)))
        .hasMessageContaining(
            "Out of range in json: param 'refine_k' (0.5) should be in range [1.000000, 3402823");
  }

  @Test
  void readsWhatListsAreAskedWith() {
    IndexSpec signs = IndexSpec.of(IndexType.IVF_RABITQ, Metric.L2);
    SearchParameters asked =
        SearchParameters.of(
            signs,
            10,
            Map.of(
                "nprobe",
                3,
                "max_empty_result_buckets",
                5,
                "rbq_bits_query",
                8,
                "ensure_topk_full",
                false));
    assertThat(asked.nprobe()).isEqualTo(3);
    assertThat(asked.emptyLists()).isEqualTo(5);
    for (String key : List.of("rbq_bits_query", "rbq_query_bits")) {
      assertThatThrownBy(() -> SearchParameters.of(signs, 10, Map.of(key, 9)))
          .hasMessageContaining("param '" + key + "' (9) should be in range [0, 8]");
    }
    assertThatThrownBy(() -> SearchParameters.of(signs, 10, Map.of("ensure_topk_full", 1)))
        .hasMessageContaining("param 'ensure_topk_full' (1) should be a boolean");
    assertThatThrownBy(() -> SearchParameters.of(signs, 10, Map.of("max_empty_result_buckets", 0)))
        .hasMessageContaining("should be in range [1, 65536]");
  }

  @Test
  void readsHowAGraphOnDiskIsSearched() {
    IndexSpec spec = IndexSpec.of(IndexType.DISKANN, Metric.L2);
    assertThat(SearchParameters.of(spec, 10, Map.of()).beam()).isEqualTo(8);
    for (String key : List.of("search_list", "search_list_size")) {
      SearchParameters asked = SearchParameters.of(spec, 10, Map.of(key, 40, "beamwidth", 4));
      assertThat(asked.ef()).isEqualTo(40);
      assertThat(asked.beam()).isEqualTo(4);
      assertThat(asked.targetRecall()).isZero();
    }
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of("search_list", 9)))
        .hasMessageContaining("search_list_size(9) should be larger than k(10)");
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of("beamwidth", 129)))
        .hasMessageContaining("should be in range [1, 128]");
    IndexSpec inline = IndexSpec.of(IndexType.AISAQ, Metric.L2);
    assertThatThrownBy(() -> SearchParameters.of(inline, 10, Map.of("beamwidth", 17)))
        .hasMessageContaining("should be in range [1, 16]");
    assertThatThrownBy(() -> SearchParameters.of(inline, 10, Map.of("vectors_beamwidth", 5)))
        .hasMessageContaining("should be in range [1, 4]");
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of("filter_threshold", 2)))
        .hasMessageContaining("should be in range [-1.000000, 1.000000]");
  }

  @Test
  void takesWhatChangesNothingOfSparseRows() {
    Map<String, String> params =
        Map.of(
            "inverted_index_algo", "SINDI",
            "sindi_window_size", "1024",
            "inverted_index_codec", "block_maskedvbyte",
            "quant_type", "FP16",
            "block_max_block_size", "64",
            "drop_ratio_build", "0.2");
    DataType sparse = DataType.SPARSE_FLOAT_VECTOR;
    assertThat(IndexParameters.validate(sparse, 0, "SPARSE_INVERTED_INDEX", "IP", params))
        .isEqualTo(new IndexSpec(IndexType.SPARSE_INVERTED_INDEX, Metric.IP, params));
    IndexSpec spec = IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP);
    Map<String, Object> asked =
        Map.of(
            "search_algo",
            "DAAT_WAND",
            "dim_max_score_ratio",
            0.5,
            "refine_factor",
            3,
            "drop_ratio_search",
            "0.25");
    assertThat(SearchParameters.of(spec, 10, asked).dropRatioSearch()).isEqualTo(0.25f);
    assertThat(SearchParameters.of(spec, 10, Map.of("search_algo", "INHERIT")).dropRatioSearch())
        .isZero();
  }

  /** Its k grows by the rows that were shown at its bound, of which its user knows nothing. */
  @ParameterizedTest
  @CsvSource({"HNSW, ef", "DISKANN, search_list", "SCANN, reorder_k", "ANNOY, search_k"})
  void anEffortOfThePageSizeIsEnoughForEveryPage(IndexType type, String key) {
    IndexSpec spec = IndexSpec.of(type, Metric.L2);
    SearchParameters page =
        SearchParameters.of(spec, 101, Map.of(key, 100, SearchParameters.ITERATOR, true));
    assertThat(key.endsWith("_k") ? page.reorder() : page.ef()).isEqualTo(101);
    assertThatThrownBy(() -> SearchParameters.of(spec, 101, Map.of(key, 100)))
        .hasMessageContaining("(100) should be larger than k(101)");
  }

  @Test
  void theServersChoiceOverSparseRowsIsAskedAsWhatItIs() {
    IndexSpec automatic = IndexSpec.of(IndexType.AUTOINDEX, Metric.IP);
    IndexSpec sparse = automatic.over(DataType.SPARSE_FLOAT_VECTOR);
    assertThat(SearchParameters.of(sparse, 10, Map.of("drop_ratio_search", 0.25)).dropRatioSearch())
        .isEqualTo(0.25f);
    assertThatThrownBy(() -> SearchParameters.of(sparse, 10, Map.of("drop_ratio_search", 1.5)))
        .hasMessageContaining("'drop_ratio_search' (1.5)");
    assertThat(automatic.over(DataType.FLOAT_VECTOR)).isEqualTo(automatic);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SPARSE_INVERTED_INDEX|IP|search_algo|WAND|sparse inverted index algo WAND not found or not supported",
        "SPARSE_INVERTED_INDEX|IP|dim_max_score_ratio|0.4|param 'dim_max_score_ratio' (0.4) should be in range [0.500000, 1.300000]",
        "SPARSE_INVERTED_INDEX|IP|dim_max_score_ratio|x|param 'dim_max_score_ratio' (x) should be a number",
        "SPARSE_INVERTED_INDEX|IP|refine_factor|0|param 'refine_factor' (0) should be in range [1, 2147483647]",
        "SPARSE_INVERTED_INDEX|IP|drop_ratio_search|1|param 'drop_ratio_search' (1) should be in range [0.000000, 1.000000)",
        "MINHASH_LSH|MHJACCARD|refine_k|0.5|param 'refine_k' (0.5) should be in range [1.000000, 3402823",
        "MINHASH_LSH|MHJACCARD|mh_search_with_jaccard|x|param 'mh_search_with_jaccard' (x) should be a boolean",
        "IVF_FLAT|L2|refine_k|x|param 'refine_k' (x) should be a number",
        "BIN_IVF_FLAT|HAMMING|refine_k|0|param 'refine_k' (0) should be in range [1.000000, 3402823",
      })
  void refusesToSearch(IndexType index, Metric metric, String key, String value, String message) {
    IndexSpec spec = IndexSpec.of(index, metric);
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of(key, value)))
        .hasMessageContaining(message);
  }

  @Test
  void signaturesThatAreNotKeptJudgeNothing() {
    Map<String, Object> asked = Map.of("mh_search_with_jaccard", true);
    IndexSpec kept = IndexSpec.of(IndexType.MINHASH_LSH, Metric.MHJACCARD);
    assertThat(SearchParameters.of(kept, 10, asked).ef()).isEqualTo(16);
    IndexSpec without =
        new IndexSpec(IndexType.MINHASH_LSH, Metric.MHJACCARD, Map.of("with_raw_data", "false"));
    assertThatThrownBy(() -> SearchParameters.of(without, 10, asked))
        .hasMessageContaining(
            "mh_search_with_jaccard needs with_raw_data, and the index was built without");
    assertThat(SearchParameters.of(without, 10, Map.of("mh_search_with_jaccard", false)).ef())
        .isEqualTo(16);
  }

  @Test
  void readsRanges() {
    ScoreRange ip = ScoreRange.of(Metric.IP, Optional.of(1f), Optional.of(2f));
    assertThat(ip.accepts(1)).isFalse();
    assertThat(ip.accepts(2)).isTrue();
    ScoreRange l2 = ScoreRange.of(Metric.L2, Optional.of(2f), Optional.of(1f));
    assertThat(l2.accepts(1)).isTrue();
    assertThat(l2.accepts(2)).isFalse();
  }
}
