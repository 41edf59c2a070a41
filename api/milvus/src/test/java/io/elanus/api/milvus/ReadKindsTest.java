package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.SearchRequest;
import org.junit.jupiter.api.Test;

final class ReadKindsTest {
  @Test
  void literalsDoNotMakeAKindButTheRestDoes() {
    int kind = ReadKinds.of(query("docs", "id in [1, 22, 3]"));
    assertThat(ReadKinds.of(query("docs", "id in [7, 81, 9]"))).isEqualTo(kind).isNotNegative();
    assertThat(ReadKinds.of(query("docs", "no in [1, 22, 3]"))).isNotEqualTo(kind);
    assertThat(ReadKinds.of(query("notes", "id in [1, 22, 3]"))).isNotEqualTo(kind);
    assertThat(ReadKinds.shape("text like \"%a%\"")).isEqualTo(ReadKinds.shape("text like \"b%\""));
  }

  @Test
  void pagesOfIteratorsMayWait() {
    KeyValuePair iterator = KeyValuePair.newBuilder().setKey("iterator").setValue("True").build();
    assertThat(ReadKinds.of(QueryRequest.newBuilder().addQueryParams(iterator).build()))
        .isEqualTo(UnaryCall.MAY_WAIT);
    assertThat(ReadKinds.of(SearchRequest.newBuilder().addSearchParams(iterator).build()))
        .isEqualTo(UnaryCall.MAY_WAIT);
  }

  private static QueryRequest query(String collection, String filter) {
    return QueryRequest.newBuilder().setCollectionName(collection).setExpr(filter).build();
  }
}
