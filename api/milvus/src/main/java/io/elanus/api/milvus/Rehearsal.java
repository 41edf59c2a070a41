package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.CreateIndexRequest;
import io.elanus.api.milvus.proto.DataType;
import io.elanus.api.milvus.proto.DescribeCollectionRequest;
import io.elanus.api.milvus.proto.DropCollectionRequest;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.api.milvus.proto.FloatArray;
import io.elanus.api.milvus.proto.FlushRequest;
import io.elanus.api.milvus.proto.InsertRequest;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.LoadCollectionRequest;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.api.milvus.proto.PlaceholderGroup;
import io.elanus.api.milvus.proto.PlaceholderType;
import io.elanus.api.milvus.proto.PlaceholderValue;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.ScalarField;
import io.elanus.api.milvus.proto.SearchRequest;
import io.elanus.api.milvus.proto.ShowCollectionsRequest;
import io.elanus.api.milvus.proto.VectorField;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;

/**
 * A small client that plays a common session against an open port, so that the classes of a first request are loaded: when the class archive
 * is made, and after a start.
 */
public final class Rehearsal {
  private static final String NAME = "rehearsal";
  private static final int DIMENSION = 16;
  private static final int ROWS = 64;

  private final MilvusServiceGrpc.MilvusServiceBlockingStub stub;

  private Rehearsal(MilvusServiceGrpc.MilvusServiceBlockingStub stub) {
    this.stub = stub;
  }

  /** @param port of a server on loopback whose data may be changed */
  public static void play(int port) {
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      new Rehearsal(MilvusServiceGrpc.newBlockingStub(channel)).play();
    } finally {
      channel.shutdownNow();
    }
  }

  private void play() {
    stub.connect(ConnectRequest.getDefaultInstance());
    stub.showCollections(ShowCollectionsRequest.getDefaultInstance());
    stub.createCollection(
        CreateCollectionRequest.newBuilder().setCollectionName(NAME).setSchema(schema().toByteString()).build());
    stub.createIndex(
        CreateIndexRequest.newBuilder()
            .setCollectionName(NAME)
            .setFieldName("vector")
            .addExtraParams(pair("index_type", "HNSW"))
            .addExtraParams(pair("metric_type", "COSINE"))
            .addExtraParams(pair("params", "{\"M\":8,\"efConstruction\":32}"))
            .build());
    stub.loadCollection(LoadCollectionRequest.newBuilder().setCollectionName(NAME).build());
    stub.describeCollection(DescribeCollectionRequest.newBuilder().setCollectionName(NAME).build());
    stub.insert(rows());
    search("");
    search("id > 3 and id in [4, 5, 6, 7]");
    stub.query(
        QueryRequest.newBuilder().setCollectionName(NAME).setExpr("id in [1, 2]").addOutputFields("vector").build());
    stub.flush(FlushRequest.newBuilder().addCollectionNames(NAME).build());
    stub.query(QueryRequest.newBuilder().setCollectionName(NAME).addOutputFields("count(*)").build());
    search("");
    stub.dropCollection(DropCollectionRequest.newBuilder().setCollectionName(NAME).build());
  }

  private static CollectionSchema schema() {
    return CollectionSchema.newBuilder()
        .setName(NAME)
        .addFields(FieldSchema.newBuilder().setName("id").setDataType(DataType.Int64).setIsPrimaryKey(true))
        .addFields(
            FieldSchema.newBuilder()
                .setName("vector")
                .setDataType(DataType.FloatVector)
                .addTypeParams(pair("dim", String.valueOf(DIMENSION))))
        .build();
  }

  private static InsertRequest rows() {
    LongArray.Builder ids = LongArray.newBuilder();
    FloatArray.Builder floats = FloatArray.newBuilder();
    for (int row = 0; row < ROWS; row++) {
      ids.addData(row);
      for (int i = 0; i < DIMENSION; i++) {
        floats.addData((float) Math.sin(row * 31.0 + i));
      }
    }
    return InsertRequest.newBuilder()
        .setCollectionName(NAME)
        .setNumRows(ROWS)
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName("id")
                .setType(DataType.Int64)
                .setScalars(ScalarField.newBuilder().setLongData(ids)))
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName("vector")
                .setType(DataType.FloatVector)
                .setVectors(VectorField.newBuilder().setDim(DIMENSION).setFloatVector(floats)))
        .build();
  }

  private void search(String filter) {
    PlaceholderValue query =
        PlaceholderValue.newBuilder()
            .setTag("$0")
            .setType(PlaceholderType.FloatVector)
            .addValues(ByteString.copyFrom(new byte[4 * DIMENSION]))
            .build();
    stub.search(
        SearchRequest.newBuilder()
            .setCollectionName(NAME)
            .setDsl(filter)
            .setNq(1)
            .setPlaceholderGroup(PlaceholderGroup.newBuilder().addPlaceholders(query).build().toByteString())
            .addSearchParams(pair("anns_field", "vector"))
            .addSearchParams(pair("topk", "5"))
            .addSearchParams(pair("params", "{\"ef\":16}"))
            .addOutputFields("id")
            .build());
  }

  private static KeyValuePair pair(String key, String value) {
    return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
  }
}
