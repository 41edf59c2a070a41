package io.elanus.api.client;

import io.elanus.api.client.ServerCalls.Repeat;
import io.elanus.api.milvus.proto.ClientInfo;
import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.ConnectResponse;
import io.elanus.api.milvus.proto.ConsistencyLevel;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.CreateIndexRequest;
import io.elanus.api.milvus.proto.DeleteRequest;
import io.elanus.api.milvus.proto.DescribeCollectionRequest;
import io.elanus.api.milvus.proto.DescribeCollectionResponse;
import io.elanus.api.milvus.proto.DropCollectionRequest;
import io.elanus.api.milvus.proto.DslType;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.FlushRequest;
import io.elanus.api.milvus.proto.FlushResponse;
import io.elanus.api.milvus.proto.GetLoadStateRequest;
import io.elanus.api.milvus.proto.GetLoadStateResponse;
import io.elanus.api.milvus.proto.GetLoadingProgressRequest;
import io.elanus.api.milvus.proto.GetLoadingProgressResponse;
import io.elanus.api.milvus.proto.InsertRequest;
import io.elanus.api.milvus.proto.LoadCollectionRequest;
import io.elanus.api.milvus.proto.LoadState;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.api.milvus.proto.MutationResult;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.QueryResults;
import io.elanus.api.milvus.proto.SearchRequest;
import io.elanus.api.milvus.proto.SearchResultData;
import io.elanus.api.milvus.proto.SearchResults;
import io.elanus.api.milvus.proto.ShowCollectionsRequest;
import io.elanus.api.milvus.proto.ShowCollectionsResponse;
import io.elanus.api.milvus.proto.UpsertRequest;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The requests of the library as calls of the Milvus service (milvus.proto). All but an insert may
 * be repeated: they change nothing the second time.
 */
public final class RemoteRequests implements Requests {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final String database;
  private final ServerCalls calls;

  private RemoteRequests(ServerUri uri) {
    database = uri.database();
    calls = new ServerCalls(uri);
  }

  /**
   * Connects.
   *
   * @throws ElanusException UNAVAILABLE when nobody answers within 10 s, or the time of the URI
   */
  public static RemoteRequests open(ServerUri uri) {
    var requests = new RemoteRequests(uri);
    try {
      requests.connect(uri.timeout().compareTo(CONNECT) < 0 ? uri.timeout() : CONNECT);
      return requests;
    } catch (RuntimeException failure) {
      requests.close();
      throw failure;
    }
  }

  private void connect(Duration within) {
    ConnectRequest request =
        ConnectRequest.newBuilder()
            .setClientInfo(ClientInfo.newBuilder().setSdkType("Elanus"))
            .build();
    calls.call(
        MilvusServiceGrpc.getConnectMethod(),
        request,
        ConnectResponse::getStatus,
        Repeat.ALWAYS,
        within);
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public void create(Ddl.CreateCollection command) {
    calls.call(
        MilvusServiceGrpc.getCreateCollectionMethod(),
        CreateCollectionRequest.newBuilder()
            .setDbName(command.database())
            .setCollectionName(command.schema().name())
            .setSchema(SchemaWriter.write(command).toByteString())
            .setShardsNum(command.shards())
            .setNumPartitions(command.partitions())
            .setConsistencyLevelValue(command.consistency().ordinal())
            .addAllProperties(SchemaWriter.pairs(command.properties()))
            .build(),
        Function.identity(),
        Repeat.ALWAYS);
  }

  @Override
  public void drop(String collection) {
    calls.call(
        MilvusServiceGrpc.getDropCollectionMethod(),
        DropCollectionRequest.newBuilder()
            .setDbName(database)
            .setCollectionName(collection)
            .build(),
        Function.identity(),
        Repeat.ALWAYS);
  }

  @Override
  public List<String> collections() {
    return calls
        .call(
            MilvusServiceGrpc.getShowCollectionsMethod(),
            ShowCollectionsRequest.newBuilder().setDbName(database).build(),
            ShowCollectionsResponse::getStatus,
            Repeat.ALWAYS)
        .getCollectionNamesList()
        .stream()
        .toList();
  }

  @Override
  public void createIndex(Proxy.CreateIndexRequest request) {
    calls.call(
        MilvusServiceGrpc.getCreateIndexMethod(),
        CreateIndexRequest.newBuilder()
            .setDbName(request.database())
            .setCollectionName(request.collection())
            .setFieldName(request.field())
            .setIndexName(request.indexName())
            .addAllExtraParams(SchemaWriter.pairs(request.parameters()))
            .build(),
        Function.identity(),
        Repeat.ALWAYS);
  }

  @Override
  public Described describe(String collection) {
    DescribeCollectionResponse answer =
        calls.call(
            MilvusServiceGrpc.getDescribeCollectionMethod(),
            DescribeCollectionRequest.newBuilder()
                .setDbName(database)
                .setCollectionName(collection)
                .build(),
            DescribeCollectionResponse::getStatus,
            Repeat.ALWAYS);
    return new Described(SchemaReader.read(answer.getSchema()), answer.getUpdateTimestamp());
  }

  @Override
  public void load(String collection) {
    GetLoadStateResponse state =
        calls.call(
            MilvusServiceGrpc.getGetLoadStateMethod(),
            GetLoadStateRequest.newBuilder()
                .setDbName(database)
                .setCollectionName(collection)
                .build(),
            GetLoadStateResponse::getStatus,
            Repeat.ALWAYS);
    if (state.getState() == LoadState.LoadStateNotLoad) {
      calls.call(
          MilvusServiceGrpc.getLoadCollectionMethod(),
          LoadCollectionRequest.newBuilder()
              .setDbName(database)
              .setCollectionName(collection)
              .build(),
          Function.identity(),
          Repeat.ALWAYS);
    }
  }

  @Override
  public int loadingProgress(String collection) {
    long percent =
        calls
            .call(
                MilvusServiceGrpc.getGetLoadingProgressMethod(),
                GetLoadingProgressRequest.newBuilder()
                    .setDbName(database)
                    .setCollectionName(collection)
                    .build(),
                GetLoadingProgressResponse::getStatus,
                Repeat.ALWAYS)
            .getProgress();
    return (int) percent;
  }

  @Override
  public Keys insert(Proxy.InsertRequest request) {
    InsertRequest sent =
        InsertRequest.newBuilder()
            .setDbName(request.database())
            .setCollectionName(request.collection())
            .setPartitionName(request.partition())
            .setNumRows(request.rows())
            .setSchemaTimestamp(request.schemaTimestamp())
            .addAllFieldsData(columns(request))
            .build();
    MutationResult result =
        calls.call(
            MilvusServiceGrpc.getInsertMethod(),
            sent,
            MutationResult::getStatus,
            Repeat.IF_NOT_BEGUN);
    return ColumnReader.keys(result.getIDs());
  }

  @Override
  public Keys upsert(Proxy.UpsertRequest request) {
    if (request.partial() || !request.arrayOperations().isEmpty()) {
      throw new ElanusException(
          ErrorCode.UNSUPPORTED, "partial upserts are not asked for over the wire");
    }
    Proxy.InsertRequest insert = request.insert();
    UpsertRequest sent =
        UpsertRequest.newBuilder()
            .setDbName(insert.database())
            .setCollectionName(insert.collection())
            .setPartitionName(insert.partition())
            .setNumRows(insert.rows())
            .setSchemaTimestamp(insert.schemaTimestamp())
            .addAllFieldsData(columns(insert))
            .build();
    MutationResult result =
        calls.call(
            MilvusServiceGrpc.getUpsertMethod(), sent, MutationResult::getStatus, Repeat.ALWAYS);
    return ColumnReader.keys(result.getIDs());
  }

  private static List<FieldData> columns(Proxy.InsertRequest request) {
    return request.columns().entrySet().stream()
        .map(entry -> ColumnWriter.write(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public long delete(Proxy.DeleteRequest request) {
    checkNoTemplates(request.templates());
    return calls
        .call(
            MilvusServiceGrpc.getDeleteMethod(),
            DeleteRequest.newBuilder()
                .setDbName(request.database())
                .setCollectionName(request.collection())
                .setPartitionName(request.partition())
                .setExpr(request.filter())
                .setConsistencyLevelValue(request.level().level().ordinal())
                .build(),
            MutationResult::getStatus,
            Repeat.IF_NOT_BEGUN)
        .getDeleteCnt();
  }

  private static void checkNoTemplates(Map<String, ?> templates) {
    if (!templates.isEmpty()) {
      throw new ElanusException(
          ErrorCode.UNSUPPORTED, "templates of filters are not asked for over the wire");
    }
  }

  @Override
  public Found search(Proxy.SearchRequest request) {
    checkNoTemplates(request.templates());
    SearchRequest.Builder sent =
        SearchRequest.newBuilder()
            .setDbName(request.database())
            .setCollectionName(request.collection())
            .addAllPartitionNames(request.partitions())
            .setDsl(request.filter())
            .setDslType(DslType.BoolExprV1)
            .addAllSearchParams(SchemaWriter.pairs(request.parameters()))
            .addAllOutputFields(request.outputFields())
            .setUseDefaultConsistency(request.level().useDefault())
            .setConsistencyLevel(level(request.level()))
            .setGuaranteeTimestamp(request.level().guaranteeTimestamp());
    switch (request.input()) {
      case Proxy.SearchInput.Vectors vectors ->
          sent.setNq(vectors.vectors().rows())
              .setPlaceholderGroup(ColumnWriter.placeholders(vectors.vectors()));
      case Proxy.SearchInput.StoredKeys keys ->
          throw new ElanusException(
              ErrorCode.UNSUPPORTED, "searches by keys are not asked for over the wire");
    }
    SearchResultData results =
        calls
            .call(
                MilvusServiceGrpc.getSearchMethod(),
                sent.build(),
                SearchResults::getStatus,
                Repeat.ALWAYS)
            .getResults();
    float[] scores = new float[results.getScoresCount()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = results.getScores(i);
    }
    return new Found(
        ColumnReader.keys(results.getIds()), scores, outputs(results.getFieldsDataList()));
  }

  @Override
  public List<Proxy.Output> query(Proxy.QueryRequest request) {
    checkNoTemplates(request.templates());
    QueryResults results =
        calls.call(
            MilvusServiceGrpc.getQueryMethod(),
            QueryRequest.newBuilder()
                .setDbName(request.database())
                .setCollectionName(request.collection())
                .addAllPartitionNames(request.partitions())
                .setExpr(request.filter())
                .addAllQueryParams(SchemaWriter.pairs(request.parameters()))
                .addAllOutputFields(request.outputFields())
                .setUseDefaultConsistency(request.level().useDefault())
                .setConsistencyLevel(level(request.level()))
                .setGuaranteeTimestamp(request.level().guaranteeTimestamp())
                .build(),
            QueryResults::getStatus,
            Repeat.ALWAYS);
    return outputs(results.getFieldsDataList());
  }

  private static ConsistencyLevel level(Proxy.ReadLevel level) {
    return switch (level.level()) {
      case STRONG -> ConsistencyLevel.Strong;
      case SESSION -> ConsistencyLevel.Session;
      case BOUNDED -> ConsistencyLevel.Bounded;
      case EVENTUALLY -> ConsistencyLevel.Eventually;
      case CUSTOMIZED -> ConsistencyLevel.Customized;
    };
  }

  private static List<Proxy.Output> outputs(List<FieldData> fields) {
    return fields.stream().map(ColumnReader::read).toList();
  }

  @Override
  public void flush(String collection) {
    calls.call(
        MilvusServiceGrpc.getFlushMethod(),
        FlushRequest.newBuilder().setDbName(database).addCollectionNames(collection).build(),
        FlushResponse::getStatus,
        Repeat.ALWAYS);
  }

  @Override
  public void close() {
    calls.close();
  }
}
