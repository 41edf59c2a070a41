package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.partition.request.CreatePartitionReq;
import io.milvus.v2.service.utility.request.CreateAliasReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.AnnSearchReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.HybridSearchReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.request.ranker.RRFRanker;
import io.milvus.v2.service.vector.response.QueryResp;
import io.milvus.v2.service.vector.response.SearchResp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** milvus-sdk-java 2.6.22, unmodified. */
class MilvusJavaSdkTest {
  private static ElanusProcess server;
  private static MilvusClientV2 client;

  @BeforeAll
  static void connect() throws IOException {
    server = ElanusProcess.start();
    client = new MilvusClientV2(ConnectConfig.builder().uri(server.uri()).build());
  }

  @AfterAll
  static void disconnect() {
    client.close();
    server.close();
  }

  private static JsonObject row(long id, float[] vector, String text) {
    JsonObject row = new JsonObject();
    row.addProperty("id", id);
    row.add("vector", new Gson().toJsonTree(vector));
    row.addProperty("text", text);
    return row;
  }

  private static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = random.nextFloat() - 0.5f;
    }
    return vector;
  }

  @Test
  void quickCreateInsertSearchQueryDelete() {
    client.createCollection(CreateCollectionReq.builder().collectionName("quick").dimension(8).build());
    assertThat(client.hasCollection(HasCollectionReq.builder().collectionName("quick").build())).isTrue();
    Random random = new Random(7);
    List<JsonObject> rows = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      vectors.add(vector(random, 8));
      rows.add(row(i, vectors.get(i), "t" + i));
    }
    assertThat(client.insert(InsertReq.builder().collectionName("quick").data(rows).build()).getInsertCnt()).isEqualTo(200);
    SearchResp found =
        client.search(
            SearchReq.builder()
                .collectionName("quick")
                .data(List.of(new FloatVec(vectors.get(42))))
                .limit(3)
                .outputFields(List.of("text"))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
    SearchResp.SearchResult first = found.getSearchResults().getFirst().getFirst();
    assertThat(first.getId()).isEqualTo(42L);
    assertThat(first.getEntity()).containsEntry("text", "t42");
    client.delete(DeleteReq.builder().collectionName("quick").filter("id < 100").build());
    QueryResp count =
        client.query(
            QueryReq.builder()
                .collectionName("quick")
                .filter("")
                .outputFields(List.of("count(*)"))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
    assertThat(count.getQueryResults().getFirst().getEntity()).containsEntry("count(*)", 100L);
    client.upsert(UpsertReq.builder().collectionName("quick").data(List.of(row(150, vectors.get(0), "new"))).build());
    QueryResp got =
        client.query(
            QueryReq.builder()
                .collectionName("quick")
                .ids(List.of(150L))
                .outputFields(List.of("text"))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
    assertThat(got.getQueryResults().getFirst().getEntity()).containsEntry("text", "new");
    client.dropCollection(DropCollectionReq.builder().collectionName("quick").build());
  }

  @Test
  void schemaHybridAliasPartitionAndRestart() throws IOException {
    CreateCollectionReq.CollectionSchema schema = CreateCollectionReq.CollectionSchema.builder().build();
    schema.addField(AddFieldReq.builder().fieldName("id").dataType(DataType.Int64).isPrimaryKey(true).build());
    schema.addField(AddFieldReq.builder().fieldName("text").dataType(DataType.VarChar).maxLength(100).build());
    schema.addField(AddFieldReq.builder().fieldName("vector").dataType(DataType.FloatVector).dimension(8).build());
    schema.addField(AddFieldReq.builder().fieldName("other").dataType(DataType.FloatVector).dimension(4).build());
    client.createCollection(
        CreateCollectionReq.builder()
            .collectionName("full")
            .collectionSchema(schema)
            .indexParams(
                List.of(
                    IndexParam.builder()
                        .fieldName("vector")
                        .indexType(IndexParam.IndexType.HNSW)
                        .metricType(IndexParam.MetricType.COSINE)
                        .extraParams(Map.of("M", 16, "efConstruction", 100))
                        .build(),
                    IndexParam.builder()
                        .fieldName("other")
                        .indexType(IndexParam.IndexType.FLAT)
                        .metricType(IndexParam.MetricType.L2)
                        .build()))
            .consistencyLevel(ConsistencyLevel.STRONG)
            .build());
    client.createPartition(CreatePartitionReq.builder().collectionName("full").partitionName("p").build());
    client.createAlias(CreateAliasReq.builder().collectionName("full").alias("full_alias").build());
    Random random = new Random(8);
    List<JsonObject> rows = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      vectors.add(vector(random, 8));
      JsonObject row = row(i, vectors.get(i), "t" + i);
      row.add("other", new Gson().toJsonTree(vector(random, 4)));
      rows.add(row);
    }
    client.insert(InsertReq.builder().collectionName("full").partitionName("p").data(rows).build());
    client.flush(FlushReq.builder().collectionNames(List.of("full")).build());
    server.restart();
    HybridSearchReq hybrid =
        HybridSearchReq.builder()
            .collectionName("full_alias")
            .searchRequests(
                List.of(
                    AnnSearchReq.builder().vectorFieldName("vector").vectors(List.of(new FloatVec(vectors.get(9)))).topK(5).build(),
                    AnnSearchReq.builder()
                        .vectorFieldName("other")
                        .vectors(List.of(new FloatVec(new float[] {0, 0, 0, 0})))
                        .topK(5)
                        .build()))
            .ranker(new RRFRanker(60))
            .topK(10)
            .build();
    List<SearchResp.SearchResult> hits = client.hybridSearch(hybrid).getSearchResults().getFirst();
    assertThat(hits).extracting(SearchResp.SearchResult::getId).contains(9L);
    assertThat(hits.size()).isBetween(5, 10);
    client.dropAlias(io.milvus.v2.service.utility.request.DropAliasReq.builder().alias("full_alias").build());
    client.dropCollection(DropCollectionReq.builder().collectionName("full").build());
  }

  @Test
  void anUnknownCollectionIsNamed() {
    assertThatThrownBy(() -> client.query(QueryReq.builder().collectionName("nowhere").filter("id > 0").build()))
        .hasMessageContaining("collection not found");
  }
}
