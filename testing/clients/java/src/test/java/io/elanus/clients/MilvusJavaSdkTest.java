package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.milvus.orm.iterator.QueryIterator;
import io.milvus.orm.iterator.SearchIteratorV2;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.database.request.CreateDatabaseReq;
import io.milvus.v2.service.database.request.DropDatabaseReq;
import io.milvus.v2.service.partition.request.CreatePartitionReq;
import io.milvus.v2.service.utility.request.CreateAliasReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.AnnSearchReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.HybridSearchReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryIteratorReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchIteratorReqV2;
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
  void iteratorsGiveEachRowOnce() {
    client.createCollection(CreateCollectionReq.builder().collectionName("pages").dimension(4).build());
    List<JsonObject> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(row(i, new float[] {i, 1, 0, 0}, "t"));
    }
    client.insert(InsertReq.builder().collectionName("pages").data(rows).build());
    QueryIterator queries =
        client.queryIterator(
            QueryIteratorReq.builder()
                .collectionName("pages")
                .expr("id >= 100")
                .outputFields(List.of("id"))
                .batchSize(60)
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
    List<Object> seen = new ArrayList<>();
    for (var page = queries.next(); !page.isEmpty(); page = queries.next()) {
      page.forEach(each -> seen.add(each.get("id")));
    }
    queries.close();
    assertThat(seen).hasSize(400).doesNotHaveDuplicates();
    SearchIteratorV2 searches =
        client.searchIteratorV2(
            SearchIteratorReqV2.builder()
                .collectionName("pages")
                .vectorFieldName("vector")
                .vectors(List.of(new FloatVec(new float[] {1, 1, 0, 0})))
                .metricType(IndexParam.MetricType.COSINE)
                .batchSize(70)
                .limit(300)
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
    List<Object> hits = new ArrayList<>();
    for (var page = searches.next(); !page.isEmpty(); page = searches.next()) {
      page.forEach(each -> hits.add(each.getId()));
    }
    searches.close();
    assertThat(hits).hasSize(300).doesNotHaveDuplicates();
    client.dropCollection(DropCollectionReq.builder().collectionName("pages").build());
  }

  @Test
  void databasesPartitionsAndLevels() throws InterruptedException {
    client.createDatabase(CreateDatabaseReq.builder().databaseName("java_db").build());
    assertThat(client.listDatabases().getDatabaseNames()).contains("default", "java_db");
    var inside = new MilvusClientV2(ConnectConfig.builder().uri(server.uri()).dbName("java_db").build());
    inside.createCollection(CreateCollectionReq.builder().collectionName("here").dimension(4).build());
    assertThat(client.listCollections().getCollectionNames()).doesNotContain("here");
    inside.createPartition(CreatePartitionReq.builder().collectionName("here").partitionName("p").build());
    JsonObject one = row(1, new float[] {1, 0, 0, 0}, "one");
    JsonObject two = row(2, new float[] {2, 0, 0, 0}, "two");
    inside.insert(InsertReq.builder().collectionName("here").data(List.of(one)).build());
    inside.insert(InsertReq.builder().collectionName("here").partitionName("p").data(List.of(two)).build());
    for (ConsistencyLevel level : List.of(ConsistencyLevel.STRONG, ConsistencyLevel.SESSION)) {
      QueryReq query =
          QueryReq.builder()
              .collectionName("here")
              .partitionNames(List.of("p"))
              .filter("id >= 0")
              .outputFields(List.of("text"))
              .consistencyLevel(level)
              .build();
      assertThat(inside.query(query).getQueryResults()).extracting(each -> each.getEntity().get("text")).containsExactly("two");
    }
    for (ConsistencyLevel level : List.of(ConsistencyLevel.BOUNDED, ConsistencyLevel.EVENTUALLY)) {
      QueryReq query = QueryReq.builder().collectionName("here").filter("id == 7").consistencyLevel(level).build();
      assertThat(inside.query(query).getQueryResults()).isEmpty();
    }
    assertThatThrownBy(() -> client.dropDatabase(DropDatabaseReq.builder().databaseName("java_db").build()))
        .hasMessageContaining("not empty");
    inside.dropCollection(DropCollectionReq.builder().collectionName("here").build());
    inside.close();
    client.dropDatabase(DropDatabaseReq.builder().databaseName("java_db").build());
  }

  @Test
  void anUnknownCollectionIsNamed() {
    assertThatThrownBy(() -> client.query(QueryReq.builder().collectionName("nowhere").filter("id > 0").build()))
        .hasMessageContaining("collection not found");
  }
}
