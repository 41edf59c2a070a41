package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.CreateIndexRequest;
import io.elanus.api.milvus.proto.DataType;
import io.elanus.api.milvus.proto.DescribeCollectionRequest;
import io.elanus.api.milvus.proto.DescribeIndexRequest;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A client that plays a common session against an open port when the ahead-of-time cache is made:
 * its classes are then loaded at once by every later start, and what ran hot here is compiled early
 * there.
 */
public final class Rehearsal {
  private static final String NAME = "rehearsal";
  private static final int DIMENSION = 384;
  private static final int BATCH = 250;
  private static final int BATCHES = 12;
  private static final int ROUNDS = 1500;

  private final MilvusServiceGrpc.MilvusServiceBlockingStub stub;

  private Rehearsal(MilvusServiceGrpc.MilvusServiceBlockingStub stub) {
    this.stub = stub;
  }

  /**
   * @param port of a server on loopback whose data may be changed
   */
  public static void play(int port) {
    with(port, Rehearsal::play);
  }

  /** What a client does after a restart, with the collection that {@link #play} left. */
  public static void resume(int port) {
    with(port, Rehearsal::resume);
  }

  private static void with(int port, Consumer<Rehearsal> part) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      part.accept(new Rehearsal(MilvusServiceGrpc.newBlockingStub(channel)));
    } finally {
      channel.shutdownNow();
    }
  }

  private void resume() {
    stub.connect(ConnectRequest.getDefaultInstance());
    stub.showCollections(ShowCollectionsRequest.getDefaultInstance());
    stub.describeCollection(DescribeCollectionRequest.newBuilder().setCollectionName(NAME).build());
    session(4);
    stub.dropCollection(DropCollectionRequest.newBuilder().setCollectionName(NAME).build());
  }

  /** Leaves its collection behind, sealed and growing rows in it. */
  private void play() {
    stub.connect(ConnectRequest.getDefaultInstance());
    stub.showCollections(ShowCollectionsRequest.getDefaultInstance());
    stub.createCollection(
        CreateCollectionRequest.newBuilder()
            .setCollectionName(NAME)
            .setSchema(schema().toByteString())
            .build());
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
    for (int batch = 0; batch < BATCHES; batch++) {
      stub.insert(rows(batch * BATCH));
    }
    session(ROUNDS / 10);
    stub.flush(FlushRequest.newBuilder().addCollectionNames(NAME).build());
    awaitIndex();
    session(ROUNDS);
    stub.insert(rows(BATCHES * BATCH));
  }

  private void session(int rounds) {
    for (int round = 0; round < rounds; round++) {
      search(round, "");
      if (round % 4 == 0) {
        search(round, "id > 300 and id < 2900");
        query("id in [" + round % 250 + ", 12, 700]", "vector");
        query("", "count(*)");
      }
    }
  }

  private void query(String filter, String output) {
    stub.query(
        QueryRequest.newBuilder()
            .setCollectionName(NAME)
            .setExpr(filter)
            .addOutputFields(output)
            .build());
  }

  /** Until the sealed, indexed segment has replaced the growing rows. */
  private void awaitIndex() {
    DescribeIndexRequest ask = DescribeIndexRequest.newBuilder().setCollectionName(NAME).build();
    for (int tries = 0; tries < 1000; tries++) {
      if (stub.describeIndex(ask).getIndexDescriptions(0).getIndexedRows()
          == (long) BATCH * BATCHES) {
        return;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static CollectionSchema schema() {
    return CollectionSchema.newBuilder()
        .setName(NAME)
        .addFields(
            FieldSchema.newBuilder()
                .setName("id")
                .setDataType(DataType.Int64)
                .setIsPrimaryKey(true))
        .addFields(
            FieldSchema.newBuilder()
                .setName("vector")
                .setDataType(DataType.FloatVector)
                .addTypeParams(pair("dim", String.valueOf(DIMENSION))))
        .build();
  }

  private static InsertRequest rows(int first) {
    LongArray.Builder ids = LongArray.newBuilder();
    FloatArray.Builder floats = FloatArray.newBuilder();
    for (int row = first; row < first + BATCH; row++) {
      ids.addData(row);
      for (int i = 0; i < DIMENSION; i++) {
        floats.addData(element(row, i));
      }
    }
    return InsertRequest.newBuilder()
        .setCollectionName(NAME)
        .setNumRows(BATCH)
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

  private static float element(int row, int index) {
    return (float) Math.sin(row * 31.7 + index * (1 + row % 13));
  }

  private void search(int round, String filter) {
    ByteBuffer vector = ByteBuffer.allocate(4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < DIMENSION; i++) {
      vector.putFloat(element(round * 7, i));
    }
    PlaceholderValue query =
        PlaceholderValue.newBuilder()
            .setTag("$0")
            .setType(PlaceholderType.FloatVector)
            .addValues(ByteString.copyFrom(vector.flip()))
            .build();
    stub.search(
        SearchRequest.newBuilder()
            .setCollectionName(NAME)
            .setDsl(filter)
            .setNq(1)
            .setPlaceholderGroup(
                PlaceholderGroup.newBuilder().addPlaceholders(query).build().toByteString())
            .addSearchParams(pair("anns_field", "vector"))
            .addSearchParams(pair("topk", "10"))
            .addSearchParams(pair("params", "{\"ef\":64}"))
            .addOutputFields("id")
            .build());
  }

  private static KeyValuePair pair(String key, String value) {
    return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
  }
}
