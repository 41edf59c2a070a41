package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.elanus.api.http.Doors;
import io.elanus.api.http.DoorsConfiguration;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Management;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.proto.CheckHealthRequest;
import io.elanus.api.milvus.proto.CheckHealthResponse;
import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.ConnectResponse;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.CreateIndexRequest;
import io.elanus.api.milvus.proto.CreateResourceGroupRequest;
import io.elanus.api.milvus.proto.DataType;
import io.elanus.api.milvus.proto.DescribeCollectionRequest;
import io.elanus.api.milvus.proto.DescribeCollectionResponse;
import io.elanus.api.milvus.proto.DescribeIndexRequest;
import io.elanus.api.milvus.proto.DescribeIndexResponse;
import io.elanus.api.milvus.proto.DescribeResourceGroupRequest;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.api.milvus.proto.FloatArray;
import io.elanus.api.milvus.proto.FlushAllRequest;
import io.elanus.api.milvus.proto.FlushAllResponse;
import io.elanus.api.milvus.proto.FlushCollectionResult;
import io.elanus.api.milvus.proto.FlushRequest;
import io.elanus.api.milvus.proto.FlushResponse;
import io.elanus.api.milvus.proto.FunctionSchema;
import io.elanus.api.milvus.proto.FunctionScore;
import io.elanus.api.milvus.proto.FunctionType;
import io.elanus.api.milvus.proto.GetFlushAllStateRequest;
import io.elanus.api.milvus.proto.HybridSearchRequest;
import io.elanus.api.milvus.proto.InsertRequest;
import io.elanus.api.milvus.proto.JSONArray;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.api.milvus.proto.MutationResult;
import io.elanus.api.milvus.proto.PlaceholderGroup;
import io.elanus.api.milvus.proto.PlaceholderType;
import io.elanus.api.milvus.proto.PlaceholderValue;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.QueryResults;
import io.elanus.api.milvus.proto.ResourceGroup;
import io.elanus.api.milvus.proto.ResourceGroupConfig;
import io.elanus.api.milvus.proto.ResourceGroupLimit;
import io.elanus.api.milvus.proto.ResourceGroupNodeFilter;
import io.elanus.api.milvus.proto.ResourceGroupTransfer;
import io.elanus.api.milvus.proto.RunAnalyzerRequest;
import io.elanus.api.milvus.proto.ScalarField;
import io.elanus.api.milvus.proto.SearchAggregationSpec;
import io.elanus.api.milvus.proto.SearchRequest;
import io.elanus.api.milvus.proto.SearchResults;
import io.elanus.api.milvus.proto.Status;
import io.elanus.api.milvus.proto.TransferReplicaRequest;
import io.elanus.api.milvus.proto.UpdateResourceGroupsRequest;
import io.elanus.api.milvus.proto.UpsertRequest;
import io.elanus.api.milvus.proto.VectorField;
import io.elanus.api.milvus.proto.msg.Msg.MsgPosition;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.roles.ResourceGroups;
import io.elanus.schema.Column;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A generated client against the service behind real doors. */
final class MilvusServiceTest {
  private final FakeProxy proxy = new FakeProxy();
  private final MeterRegistry meters = Meters.registry();
  private MilvusService service;
  private Doors doors;
  private ManagedChannel channel;
  private MilvusServiceGrpc.MilvusServiceBlockingStub client;

  @BeforeEach
  void open() throws IOException {
    service =
        new MilvusService(
            proxy, ServerInfo.standalone(), Authorizer.OFF, MilvusService.Limits.DEFAULTS, meters);
    doors =
        Doors.open(
            DoorsConfiguration.defaults().withPorts(0, 0),
            service.services(),
            HttpRoutes.none(),
            Management.routes(List::of, meters));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", doors.port())
            .usePlaintext()
            .maxInboundMessageSize(256 << 20)
            .build();
    client = MilvusServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    doors.close();
  }

  @Test
  void aCallWhoseStreamTheClientNeverEndsIsAnswered() throws Exception {
    ClientCall<ConnectRequest, ConnectResponse> call =
        channel.newCall(
            // of a unary call, this client would keep the message back until the stream's end
            MilvusServiceGrpc.getConnectMethod().toBuilder()
                .setType(MethodType.CLIENT_STREAMING)
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    var answer = new CompletableFuture<ConnectResponse>();
    var status = new CompletableFuture<io.grpc.Status>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(ConnectResponse message) {
            answer.complete(message);
          }

          @Override
          public void onClose(io.grpc.Status closed, Metadata trailers) {
            status.complete(closed);
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage(ConnectRequest.getDefaultInstance());
    assertThat(status.get().getCode()).isEqualTo(io.grpc.Status.Code.OK);
    assertThat(answer).isCompletedWithValueMatching(found -> found.getIdentifier() != 0);
  }

  @Test
  void everythingServedHasAPrivilege() {
    assertThat(service.served()).hasSizeGreaterThan(60);
    assertThat(service.served()).allMatch(method -> Privileges.of(method).isPresent());
  }

  @Test
  void connectGivesAnIdentifierAndChecksTheDatabase() {
    ConnectResponse connected = client.connect(ConnectRequest.getDefaultInstance());
    assertThat(connected.getStatus()).isEqualTo(Status.getDefaultInstance());
    assertThat(connected.getIdentifier()).isNotZero();
    assertThat(connected.hasStatus()).as("Node reads the status of every answer").isTrue();
    assertThat(connected.getServerInfo().getBuildTags()).startsWith("v3.0.");
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER), "nowhere");
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "cm9vdDp4");
    ConnectResponse refused =
        client
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .connect(ConnectRequest.getDefaultInstance());
    assertThat(refused.getStatus().getCode()).isEqualTo(800);
    assertThat(refused.getStatus().getReason()).isEqualTo("database not found[database=nowhere]");
  }

  @Test
  void aMissingCollectionHasItsOwnTextInDescribe() {
    DescribeCollectionResponse answer =
        client.describeCollection(
            DescribeCollectionRequest.newBuilder().setCollectionName("x").build());
    assertThat(answer.getStatus().getCode()).isEqualTo(100);
    assertThat(answer.getStatus().getErrorCodeValue()).isEqualTo(4);
    assertThat(answer.getStatus().getReason())
        .isEqualTo("can't find collection[database=default][collection=x]");
  }

  @Test
  void createdCollectionsAreDescribedWithoutTheDynamicField() {
    create();
    DescribeCollectionResponse answer =
        client.describeCollection(
            DescribeCollectionRequest.newBuilder().setCollectionName("c").build());
    assertThat(answer.getStatus().getCode()).isZero();
    assertThat(answer.getSchema().getFieldsList())
        .extracting(FieldSchema::getName)
        .containsExactly("id", "v");
    assertThat(answer.getSchema().getEnableDynamicField()).isTrue();
    assertThat(answer.getUpdateTimestamp()).isNotZero();
    assertThat(answer.getPhysicalChannelNamesList()).containsExactly("elanus-dml_0");
  }

  @Test
  void resourceGroupsAreTranslatedBothWays() {
    create();
    ResourceGroupConfig config =
        ResourceGroupConfig.newBuilder()
            .setRequests(ResourceGroupLimit.newBuilder().setNodeNum(1))
            .setLimits(ResourceGroupLimit.newBuilder().setNodeNum(2))
            .addTransferFrom(
                ResourceGroupTransfer.newBuilder().setResourceGroup(ResourceGroups.DEFAULT))
            .setNodeFilter(
                ResourceGroupNodeFilter.newBuilder()
                    .addNodeLabels(KeyValuePair.newBuilder().setKey("zone").setValue("b")))
            .build();
    var asked =
        new ResourceGroups.Config(
            1, 2, List.of(ResourceGroups.DEFAULT), List.of(), Map.of("zone", "b"));
    assertThat(
            client.createResourceGroup(
                CreateResourceGroupRequest.newBuilder()
                    .setResourceGroup("apart")
                    .setConfig(config)
                    .build()))
        .isEqualTo(Status.getDefaultInstance());
    assertThat(proxy.requests.getLast())
        .isEqualTo(new ResourceGroups.Command.Create("apart", asked));
    Status bare =
        client.updateResourceGroups(
            UpdateResourceGroupsRequest.newBuilder()
                .putResourceGroups("apart", ResourceGroupConfig.getDefaultInstance())
                .build());
    assertThat(bare.getCode()).isEqualTo(303);
    assertThat(bare.getReason())
        .isEqualTo("requests or limits is required: resource group illegal config[rg=apart]");
    client.transferReplica(
        TransferReplicaRequest.newBuilder()
            .setSourceResourceGroup("a")
            .setTargetResourceGroup("b")
            .setCollectionName("c")
            .setNumReplica(2)
            .build());
    assertThat(proxy.requests.getLast())
        .isEqualTo(
            new ResourceGroups.Command.TransferReplicas(
                proxy.describeCollection("default", "c").id(), "a", "b", 2));
    ResourceGroup told =
        client
            .describeResourceGroup(
                DescribeResourceGroupRequest.newBuilder().setResourceGroup("apart").build())
            .getResourceGroup();
    assertThat(told.getConfig()).isEqualTo(config);
    assertThat(told.getCapacity()).isEqualTo(1);
    assertThat(told.getNodes(0).getAddress()).isEqualTo("10.0.0.4:7004");
    assertThat(told.getNumOutgoingNodeMap()).isEqualTo(Map.of("c", 2));
  }

  @Test
  void schemasThatAreNotBuiltAreRefusedByName() {
    CollectionSchema schema =
        schema().toBuilder()
            .addFunctions(FunctionSchema.newBuilder().setType(FunctionType.BM25))
            .build();
    Status status = client.createCollection(create(schema));
    assertThat(status.getCode()).isEqualTo(1100);
    assertThat(status.getReason()).isEqualTo("functions are not supported yet: invalid parameter");
    CollectionSchema geometry =
        schema().toBuilder()
            .addFields(FieldSchema.newBuilder().setName("g").setDataType(DataType.Geometry))
            .build();
    assertThat(client.createCollection(create(geometry)).getReason())
        .contains("data type Geometry is not supported yet");
    assertThat(proxy.requests).isEmpty();
  }

  @Test
  void insertReachesTheProxyAsColumns() {
    create();
    MutationResult result = client.insert(insert().build());
    assertThat(result.getStatus().getCode()).isZero();
    assertThat(result.getIDs().getIntId().getDataList()).containsExactly(5L, 6L);
    assertThat(result.getSuccIndexList()).containsExactly(0, 1);
    assertThat(result.getInsertCnt()).isEqualTo(2);
    assertThat(result.getTimestamp()).isNotZero();
    Proxy.InsertRequest seen = proxy.rows.get("c");
    assertThat(seen.columns()).containsOnlyKeys("id", "v", "$meta");
    assertThat(((Column.Fixed) seen.columns().get("v")).data().get(Column.FLOAT, 12)).isEqualTo(4f);
  }

  @Test
  void upsertCountsThreeWays() {
    create();
    InsertRequest rows = insert().build();
    MutationResult result =
        client.upsert(
            UpsertRequest.newBuilder()
                .setCollectionName("c")
                .addAllFieldsData(rows.getFieldsDataList())
                .setNumRows(2)
                .setPartialUpdate(true)
                .build());
    assertThat(result.getUpsertCnt()).isEqualTo(2);
    assertThat(result.getDeleteCnt()).isEqualTo(2);
    assertThat(proxy.requests)
        .filteredOn(request -> request instanceof Proxy.UpsertRequest)
        .singleElement()
        .extracting(request -> ((Proxy.UpsertRequest) request).partial())
        .isEqualTo(true);
  }

  @Test
  void badInsertsAreRefusedWhole() {
    create();
    MutationResult unknown =
        client.insert(
            insert()
                .setFieldsData(0, insert().getFieldsData(0).toBuilder().setFieldName("nix"))
                .build());
    assertThat(unknown.getStatus().getReason())
        .contains("fieldName nix not exist in collection schema");
    assertThat(unknown.getStatus().getExtraInfoMap()).containsKey("report_value");
    assertThat(unknown.getErrIndexList()).containsExactly(0, 1);
    MutationResult stale = client.insert(insert().setSchemaTimestamp(3).build());
    assertThat(stale.getStatus().getCode()).isEqualTo(109);
    assertThat(stale.getStatus().getReason()).isEqualTo("collection schema mismatch[collection=c]");
    MutationResult many = client.insert(insert().setNumRows(-1).build());
    assertThat(many.getStatus().getCode()).isEqualTo(1100);
    assertThat(many.getStatus().getReason()).contains("num_rows (4294967295)");
    assertThat(client.insert(insert().setNamespace("tenant").build()).getStatus().getReason())
        .contains("request field namespace is not supported yet");
    assertThat(proxy.rows).isEmpty();
  }

  @Test
  void searchAnswersFlatWithTypedColumns() {
    create();
    client.insert(insert().build());
    SearchResults results = client.search(search().build());
    assertThat(results.getStatus().getCode()).isZero();
    assertThat(results.getResults().getTopksList()).containsExactly(2L);
    assertThat(results.getResults().getIds().getIntId().getDataList()).containsExactly(5L, 6L);
    assertThat(results.getResults().getPrimaryFieldName()).isEqualTo("id");
    assertThat(results.getResults().getFieldsDataList())
        .extracting(FieldData::getFieldName, FieldData::getIsDynamic)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("v", false),
            org.assertj.core.groups.Tuple.tuple("$meta", true));
    assertThat(results.getSessionTs()).isNotZero();
  }

  @Test
  void queryVectorsThatCannotBeAreRefused() {
    create();
    PlaceholderValue uneven =
        PlaceholderValue.newBuilder()
            .setType(PlaceholderType.FloatVector)
            .addValues(ByteString.copyFrom(new byte[8]))
            .addValues(ByteString.copyFrom(new byte[4]))
            .build();
    ByteString lengths =
        PlaceholderGroup.newBuilder().addPlaceholders(uneven).build().toByteString();
    SearchResults shorter = client.search(search().setNq(2).setPlaceholderGroup(lengths).build());
    assertThat(shorter.getStatus().getCode()).isEqualTo(2000);
    assertThat(shorter.getStatus().getReason())
        .contains(
            "vector dimension mismatch, expected vector size(byte) 8, actual 4, search vector: 1");
    SearchResults fewer = client.search(search().setNq(3).setPlaceholderGroup(lengths).build());
    assertThat(fewer.getStatus().getCode()).isEqualTo(1100);
    assertThat(fewer.getStatus().getReason())
        .contains("nq [3] is invalid, the request has 2 search vectors");
    PlaceholderValue broken =
        PlaceholderValue.newBuilder()
            .setType(PlaceholderType.FloatVector)
            .addValues(ByteString.copyFrom(new byte[7]))
            .build();
    ByteString cutOff =
        PlaceholderGroup.newBuilder().addPlaceholders(broken).build().toByteString();
    SearchResults half = client.search(search().setPlaceholderGroup(cutOff).build());
    assertThat(half.getStatus().getCode()).isEqualTo(2000);
    assertThat(half.getStatus().getReason())
        .contains("7 bytes of a search vector are no whole number of elements of FloatVector");
    PlaceholderValue text =
        PlaceholderValue.newBuilder()
            .setType(PlaceholderType.VarChar)
            .addValues(ByteString.copyFromUtf8("hello"))
            .build();
    ByteString group = PlaceholderGroup.newBuilder().addPlaceholders(text).build().toByteString();
    assertThat(client.search(search().setPlaceholderGroup(group).build()).getStatus().getReason())
        .contains("vector type must be the same");
  }

  @Test
  void requestFieldsThatAreNotServedAreRefusedByName() {
    create();
    SearchResults results =
        client.search(
            search()
                .setSearchAggregation(SearchAggregationSpec.newBuilder().addFields("id"))
                .build());
    assertThat(results.getStatus().getCode()).isEqualTo(1100);
    assertThat(results.getStatus().getReason())
        .isEqualTo("request field search_aggregation is not supported yet: invalid parameter");
  }

  @Test
  void parametersThatAreNotServedAreRefusedWithWhatTheyName() {
    create();
    QueryResults results =
        client.query(
            QueryRequest.newBuilder()
                .setCollectionName("c")
                .setExpr("id > 0")
                .addQueryParams(Pairs.pair("order_by_fields", "id:desc"))
                .build());
    assertThat(results.getStatus().getCode()).isEqualTo(1100);
    assertThat(results.getStatus().getReason())
        .isEqualTo(
            "parameter order_by_fields is not supported yet, it was id:desc: invalid parameter");
  }

  @Test
  void fieldsOfALaterProtocolAreRefusedNotIgnored() {
    create();
    UnknownFieldSet later =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    assertThat(client.search(search().setUnknownFields(later).build()).getStatus().getReason())
        .contains("later protocol, their numbers: [77]");
    assertThat(client.insert(insert().setUnknownFields(later).build()).getStatus().getReason())
        .contains("later protocol, their numbers: [77]");
    assertThat(proxy.rows).isEmpty();
  }

  @Test
  void rankFunctionsBecomeRankParameters() {
    create();
    FunctionSchema weighted =
        FunctionSchema.newBuilder()
            .setType(FunctionType.Rerank)
            .addParams(Pairs.pair("reranker", "weighted"))
            .addParams(Pairs.pair("weights", "[0.2, 0.8]"))
            .addParams(Pairs.pair("norm_score", "True"))
            .build();
    client.hybridSearch(hybrid(weighted));
    assertThat(proxy.requests)
        .filteredOn(request -> request instanceof Proxy.HybridSearchRequest)
        .singleElement()
        .extracting(request -> ((Proxy.HybridSearchRequest) request).rankParameters())
        .isEqualTo(
            java.util.Map.of(
                "limit", "3",
                "strategy", "weighted",
                "params", "{\"weights\":[0.2,0.8],\"norm_score\":true}"));
    FunctionSchema decay =
        weighted.toBuilder().setParams(0, Pairs.pair("reranker", "decay")).build();
    assertThat(client.hybridSearch(hybrid(decay)).getStatus().getReason())
        .contains("reranker decay is not supported yet");
  }

  @Test
  void indexParametersAreMergedFromBothForms() {
    create();
    client.createIndex(
        CreateIndexRequest.newBuilder()
            .setCollectionName("c")
            .setFieldName("v")
            .addExtraParams(Pairs.pair("index_type", "HNSW"))
            .addExtraParams(Pairs.pair("params", "{\"M\": 16, \"efConstruction\": 200}"))
            .build());
    DescribeIndexResponse answer =
        client.describeIndex(DescribeIndexRequest.newBuilder().setCollectionName("c").build());
    assertThat(Pairs.map(answer.getIndexDescriptions(0).getParamsList()))
        .containsEntry("M", "16")
        .containsEntry("efConstruction", "200")
        .containsEntry("index_type", "HNSW");
    assertThat(answer.getIndexDescriptions(0).getPendingIndexRows()).isEqualTo(2);
    Status broken =
        client.createIndex(
            CreateIndexRequest.newBuilder().addExtraParams(Pairs.pair("params", "{M:")).build());
    assertThat(broken.getCode()).isEqualTo(1100);
  }

  @Test
  void emptyQueriesStillCarryTypedColumns() {
    create();
    QueryResults results =
        client.query(QueryRequest.newBuilder().setCollectionName("c").setExpr("id > 0").build());
    assertThat(results.getFieldsDataList())
        .extracting(FieldData::getFieldName)
        .containsExactly("id", "v", "$meta");
    assertThat(results.getFieldsData(0).hasScalars()).isTrue();
    assertThat(results.getFieldsData(1).getVectors().getDim()).isEqualTo(2);
  }

  @Test
  void flushAnswersUnderTheRequestedName() {
    create();
    FlushResponse answer = client.flush(FlushRequest.newBuilder().addCollectionNames("c").build());
    assertThat(answer.getCollSegIDsMap()).containsOnlyKeys("c");
    assertThat(answer.getFlushCollSegIDsMap()).containsOnlyKeys("c");
    assertThat(answer.getCollSealTimesMap().get("c")).isGreaterThan(1_600_000_000L);
    assertThat(answer.getChannelCpsMap()).containsOnlyKeys("elanus-dml_0_9v0");
    MsgPosition checkpoint = answer.getChannelCpsOrThrow("elanus-dml_0_9v0");
    assertThat(checkpoint.getChannelName()).isEqualTo("elanus-dml_0_9v0");
    assertThat(checkpoint.getMsgID().toByteArray()).containsExactly(1, 2, 0, 0, 0, 0, 0, 0);
    assertThat(checkpoint.getTimestamp()).isEqualTo(answer.getCollFlushTsOrThrow("c"));
    assertThat(client.flush(FlushRequest.newBuilder().addCollectionNames("x").build()).getStatus())
        .extracting(Status::getReason)
        .isEqualTo("collection not found[database=default][collection=x]");
  }

  @Test
  void flushingAllAnswersATimestampThatEveryFlushCovers() {
    create();
    FlushAllResponse answer = client.flushAll(FlushAllRequest.getDefaultInstance());
    assertThat(answer.getFlushAllTs()).isPositive();
    FlushCollectionResult flushed =
        answer.getFlushResultsList().stream()
            .flatMap(result -> result.getCollectionResultsList().stream())
            .filter(result -> result.getCollectionName().equals("c"))
            .findFirst()
            .orElseThrow();
    assertThat(flushed.getFlushTs()).isGreaterThan(answer.getFlushAllTs());
    assertThat(flushed.getSegmentIds().getDataList()).containsExactly(11L);
    assertThat(flushed.getChannelCpsMap()).containsOnlyKeys("elanus-dml_0_9v0");
    assertThat(answer.getClusterInfo().getPchannelsList()).containsExactly("elanus-dml_0");
    assertThat(
            client
                .getFlushAllState(
                    GetFlushAllStateRequest.newBuilder()
                        .setFlushAllTs(answer.getFlushAllTs())
                        .build())
                .getFlushed())
        .isTrue();
    assertThat(client.getFlushAllState(GetFlushAllStateRequest.getDefaultInstance()).getStatus())
        .extracting(Status::getReason)
        .isEqualTo("FlushAllTss or FlushAllTs is required: invalid parameter");
  }

  /** The Node client reads the status of every answer, and throws when it is not there. */
  @Test
  void everyAnswerCarriesAStatusThatIsFilled() {
    List<String> withoutStatus = new ArrayList<>();
    int refused = 0;
    int fine = 0;
    for (boolean there : new boolean[] {false, true}) {
      if (there) {
        create();
      }
      for (MethodDescriptor<?, ?> method : MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
        String name = Objects.requireNonNull(method.getBareMethodName());
        if (service.served().contains(name)) {
          Optional<Status> status = status(call(method, there));
          if (status.isEmpty()) {
            withoutStatus.add(name);
          } else if (status.get().getCode() == 0) {
            fine++;
            assertThat(status.get().getErrorCodeValue()).as(name).isZero();
            assertThat(status.get().getReason() + status.get().getDetail()).as(name).isEmpty();
          } else {
            refused++;
            assertThat(status.get().getErrorCodeValue()).as(name).isNotZero();
            assertThat(status.get().getReason()).as(name).isNotBlank();
            assertThat(status.get().getDetail()).as(name).isNotBlank();
          }
        }
      }
    }
    assertThat(withoutStatus).as("has no field for it").containsExactly("Dummy", "Dummy");
    assertThat(refused).isGreaterThan(30);
    assertThat(fine).isGreaterThan(30);
  }

  /** With the names of a collection and its field wherever a request has room for them. */
  @SuppressWarnings("unchecked") // the descriptor's own types
  private Message call(MethodDescriptor<?, ?> method, boolean named) {
    MethodDescriptor<Message, Message> descriptor = (MethodDescriptor<Message, Message>) method;
    var marshaller =
        (MethodDescriptor.PrototypeMarshaller<Message>) descriptor.getRequestMarshaller();
    Message.Builder request =
        Objects.requireNonNull(marshaller.getMessagePrototype()).newBuilderForType();
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      if (named && field.getJavaType() == FieldDescriptor.JavaType.STRING) {
        String value =
            switch (field.getName()) {
              case "collection_name", "collectionName", "oldName" -> "c";
              case "field_name" -> "v";
              case "expr" -> "id > 0";
              default -> "";
            };
        if (!field.isRepeated()) {
          request.setField(field, value);
        }
      }
    }
    return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, request.build());
  }

  /** Empty when the message has no field for it; one that is not set fails. */
  private static Optional<Status> status(Message answer) {
    if (answer instanceof Status status) {
      return Optional.of(status);
    }
    for (FieldDescriptor field : answer.getDescriptorForType().getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && field.getMessageType().equals(Status.getDescriptor())) {
        assertThat(answer.hasField(field)).as(answer.getDescriptorForType().getName()).isTrue();
        return Optional.of((Status) answer.getField(field));
      }
    }
    return Optional.empty();
  }

  @Test
  void healthSaysWhatIsWrong() {
    CheckHealthResponse well = client.checkHealth(CheckHealthRequest.getDefaultInstance());
    assertThat(well.getIsHealthy()).isTrue();
    assertThat(well.getReasonsList()).isEmpty();
    proxy.ailments = List.of("channel elanus-dml_0 cannot be written: disk full");
    CheckHealthResponse ill = client.checkHealth(CheckHealthRequest.getDefaultInstance());
    assertThat(ill.getStatus().getCode()).isZero();
    assertThat(ill.getIsHealthy()).isFalse();
    assertThat(ill.getReasonsList()).isEqualTo(proxy.ailments);
  }

  /** But for streams, and for answers that have no room for a status. */
  @Test
  void whatIsNotServedIsRefusedByName() {
    List<String> unimplemented = new ArrayList<>();
    int refused = 0;
    for (MethodDescriptor<?, ?> method : MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
      String name = Objects.requireNonNull(method.getBareMethodName());
      if (service.served().contains(name) || method.getType() != MethodType.UNARY) {
        continue;
      }
      try {
        Status status = status(call(method, true)).orElseThrow();
        assertThat(status.getCode()).as(name).isEqualTo(10);
        assertThat(status.getErrorCodeValue()).as(name).isNotZero();
        assertThat(status.getReason())
            .isEqualTo(name + " is not supported yet: service unimplemented");
        refused++;
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
        unimplemented.add(name);
      }
    }
    assertThat(refused).isGreaterThan(60);
    assertThat(unimplemented).containsExactly("GetReplicateInfo");
    assertThat(
            meters
                .counter("milvus_proxy_req_count", "function_name", "CreateRole", "status", "fail")
                .count())
        .isEqualTo(1);
  }

  @Test
  void aRefusalDoesNotWaitForALongRequest() {
    RunAnalyzerRequest request =
        RunAnalyzerRequest.newBuilder()
            .addPlaceholder(ByteString.copyFrom(new byte[8 << 20]))
            .build();
    assertThat(client.runAnalyzer(request).getStatus().getReason())
        .startsWith("RunAnalyzer is not supported yet");
  }

  @Test
  void methodsThatTheProtocolDoesNotDeclareAreUnimplemented() {
    MethodDescriptor<?, ?> known = MilvusServiceGrpc.getCreateRoleMethod();
    for (String name :
        List.of(MilvusServiceGrpc.SERVICE_NAME + "/Fly", "no.such.Service/Connect")) {
      assertThatThrownBy(() -> call(known.toBuilder().setFullMethodName(name).build(), false))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED));
    }
  }

  @Test
  void messageOverTheLimitIsStatus8AndAllocatesNothingHere() {
    create();
    FloatArray.Builder floats = FloatArray.newBuilder();
    for (int i = 0; i < 17_000_000; i++) {
      floats.addData(1f);
    }
    InsertRequest large =
        insert()
            .setFieldsData(
                1,
                FieldData.newBuilder()
                    .setFieldName("v")
                    .setVectors(VectorField.newBuilder().setDim(2).setFloatVector(floats)))
            .build();
    assertThatThrownBy(() -> client.insert(large))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode().value()).isEqualTo(8);
              assertThat(e.getStatus().getDescription()).contains("67108864");
            });
    assertThat(proxy.rows).isEmpty();
    assertThat(client.insert(insert().build()).getStatus().getCode()).isZero();
  }

  @Test
  void requestsAreCounted() throws Exception {
    create();
    client.insert(insert().build());
    client.insert(insert().setNumRows(0).build());
    try (HttpClient http = HttpClient.newHttpClient()) {
      String text =
          http.send(
                  java.net.http.HttpRequest.newBuilder(
                          URI.create("http://" + doors.managementAddress() + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      assertThat(text)
          .contains("milvus_proxy_req_count{function_name=\"Insert\",status=\"success\"} 1\n")
          .contains("milvus_proxy_req_count{function_name=\"Insert\",status=\"fail\"} 1\n")
          .contains("milvus_proxy_req_count{function_name=\"Insert\",status=\"total\"} 2\n")
          .contains("milvus_proxy_req_latency_count{function_name=\"Insert\"} 2\n")
          .contains("milvus_proxy_insert_vectors_count 2\n")
          .contains("milvus_rootcoord_collection_num 1\n")
          .contains("milvus_datacoord_stored_rows_num 2\n")
          .contains("milvus_datacoord_segment_num{segment_state=\"Growing\"} 1\n");
    }
  }

  // ---- requests

  private void create() {
    assertThat(client.createCollection(create(schema())).getCode()).isZero();
    assertThat(proxy.requests.removeLast()).isInstanceOf(Ddl.CreateCollection.class);
  }

  private static CreateCollectionRequest create(CollectionSchema schema) {
    return CreateCollectionRequest.newBuilder()
        .setCollectionName("c")
        .setSchema(schema.toByteString())
        .build();
  }

  private static CollectionSchema schema() {
    return CollectionSchema.newBuilder()
        .setName("c")
        .setEnableDynamicField(true)
        .addFields(
            FieldSchema.newBuilder()
                .setName("id")
                .setDataType(DataType.Int64)
                .setIsPrimaryKey(true))
        .addFields(
            FieldSchema.newBuilder()
                .setName("v")
                .setDataType(DataType.FloatVector)
                .addTypeParams(Pairs.pair("dim", "2")))
        .build();
  }

  private static InsertRequest.Builder insert() {
    return InsertRequest.newBuilder()
        .setCollectionName("c")
        .setNumRows(2)
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName("id")
                .setType(DataType.Int64)
                .setScalars(
                    ScalarField.newBuilder()
                        .setLongData(LongArray.newBuilder().addData(5).addData(6))))
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName("v")
                .setType(DataType.FloatVector)
                .setVectors(
                    VectorField.newBuilder()
                        .setDim(2)
                        .setFloatVector(
                            FloatArray.newBuilder().addAllData(List.of(1f, 2f, 3f, 4f)))))
        .addFieldsData(
            FieldData.newBuilder()
                .setType(DataType.JSON)
                .setIsDynamic(true)
                .setScalars(
                    ScalarField.newBuilder()
                        .setJsonData(
                            JSONArray.newBuilder()
                                .addData(ByteString.copyFromUtf8("{}"))
                                .addData(ByteString.copyFromUtf8("{\"a\":1}")))));
  }

  private static SearchRequest.Builder search() {
    return SearchRequest.newBuilder()
        .setCollectionName("c")
        .setPlaceholderGroup(placeholder(1f, 2f))
        .setNq(1)
        .addSearchParams(Pairs.pair("topk", "3"))
        .addOutputFields("v")
        .addOutputFields("$meta");
  }

  private static HybridSearchRequest hybrid(FunctionSchema function) {
    return HybridSearchRequest.newBuilder()
        .setCollectionName("c")
        .addRequests(search())
        .addRankParams(Pairs.pair("limit", "3"))
        .setFunctionScore(FunctionScore.newBuilder().addFunctions(function))
        .build();
  }

  private static ByteString placeholder(float... vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      bytes.putFloat(value);
    }
    return PlaceholderGroup.newBuilder()
        .addPlaceholders(
            PlaceholderValue.newBuilder()
                .setTag("$0")
                .setType(PlaceholderType.FloatVector)
                .addValues(ByteString.copyFrom(bytes.flip())))
        .build()
        .toByteString();
  }

  @Test
  void bytesThatAreNoMessageAreInternalWithOneSentence() {
    byte[] cutOff = {0x0a, (byte) 0xff, 0x01};
    for (String method : service.served()) {
      var descriptor =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodType.UNARY)
              .setFullMethodName("milvus.proto.milvus.MilvusService/" + method)
              .setRequestMarshaller(new BytesMarshaller())
              .setResponseMarshaller(new BytesMarshaller())
              .build();
      if (List.of("GetVersion", "CheckHealth", "GetComponentStates").contains(method)) {
        continue; // have no field at all: the first byte is one of a later protocol
      }
      assertThatThrownBy(
              () -> ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, cutOff))
          .as(method)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INTERNAL);
                assertThat(e.getStatus().getDescription())
                    .startsWith("Invalid protobuf byte sequence")
                    .doesNotContain("\n");
              });
    }
  }

  private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public java.io.InputStream stream(byte[] value) {
      return new java.io.ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(java.io.InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void aRequestOfNamesIsNotTakenWhenItIsHuge() {
    DescribeCollectionRequest huge =
        DescribeCollectionRequest.newBuilder().setCollectionName("x".repeat(20 << 20)).build();
    for (String compression : new String[] {"identity", "gzip"}) {
      DescribeCollectionResponse answer =
          client.withCompression(compression).describeCollection(huge);
      assertThat(answer.getStatus().getCode()).as(compression).isEqualTo(1100);
      assertThat(answer.getStatus().getReason()).contains("longer than 4194304 bytes");
    }
  }
}
