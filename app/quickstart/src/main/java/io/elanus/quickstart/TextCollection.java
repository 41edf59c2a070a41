package io.elanus.quickstart;

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
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.response.SearchResp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The collection of the quick start, through the ordinary Java client of Milvus. */
final class TextCollection implements AutoCloseable {
  static final String NAME = "quickstart";

  private final MilvusClientV2 client;

  TextCollection(String uri) {
    client = new MilvusClientV2(ConnectConfig.builder().uri(uri).build());
  }

  /** An empty one; true when there was one before, which is dropped. */
  boolean create(int dimension) {
    boolean existed = client.hasCollection(HasCollectionReq.builder().collectionName(NAME).build());
    client.dropCollection(DropCollectionReq.builder().collectionName(NAME).build());
    CreateCollectionReq.CollectionSchema schema =
        CreateCollectionReq.CollectionSchema.builder().build();
    schema.addField(
        AddFieldReq.builder().fieldName("id").dataType(DataType.Int64).isPrimaryKey(true).build());
    schema.addField(
        AddFieldReq.builder()
            .fieldName("title")
            .dataType(DataType.VarChar)
            .maxLength(4096)
            .build());
    schema.addField(
        AddFieldReq.builder()
            .fieldName("text")
            .dataType(DataType.VarChar)
            .maxLength(65535)
            .build());
    schema.addField(
        AddFieldReq.builder()
            .fieldName("embedding")
            .dataType(DataType.FloatVector)
            .dimension(dimension)
            .build());
    IndexParam index =
        IndexParam.builder()
            .fieldName("embedding")
            .indexType(IndexParam.IndexType.HNSW)
            .metricType(IndexParam.MetricType.COSINE)
            .extraParams(Map.of("M", 16, "efConstruction", 200))
            .build();
    client.createCollection(
        CreateCollectionReq.builder()
            .collectionName(NAME)
            .collectionSchema(schema)
            .indexParams(List.of(index))
            .consistencyLevel(ConsistencyLevel.STRONG)
            .build());
    return existed;
  }

  void insert(List<Texts.Text> texts, List<float[]> vectors) {
    Gson gson = new Gson();
    List<JsonObject> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      JsonObject row = new JsonObject();
      row.addProperty("id", texts.get(i).id());
      row.addProperty("title", texts.get(i).title());
      row.addProperty("text", texts.get(i).body());
      row.add("embedding", gson.toJsonTree(vectors.get(i)));
      rows.add(row);
    }
    client.insert(InsertReq.builder().collectionName(NAME).data(rows).build());
  }

  void flush() {
    client.flush(FlushReq.builder().collectionNames(List.of(NAME)).build());
  }

  List<SearchResp.SearchResult> search(float[] vector, int limit, List<String> outputFields) {
    return client
        .search(
            SearchReq.builder()
                .collectionName(NAME)
                .annsField("embedding")
                .data(List.of(new FloatVec(vector)))
                .limit(limit)
                .outputFields(outputFields)
                .searchParams(Map.of("ef", 64))
                .build())
        .getSearchResults()
        .getFirst();
  }

  @Override
  public void close() {
    client.close();
  }
}
