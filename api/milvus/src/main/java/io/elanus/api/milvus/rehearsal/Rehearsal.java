package io.elanus.api.milvus.rehearsal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.CreateIndexRequest;
import io.elanus.api.milvus.proto.DataType;
import io.elanus.api.milvus.proto.DescribeCollectionRequest;
import io.elanus.api.milvus.proto.DescribeIndexRequest;
import io.elanus.api.milvus.proto.DescribeIndexResponse;
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
import io.elanus.api.milvus.proto.SearchResults;
import io.elanus.api.milvus.proto.ShowCollectionsRequest;
import io.elanus.api.milvus.proto.VectorField;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;

/**
 * Plays a common session against an open port: create, insert, index, then searches and queries of
 * the usual shapes, so often that the compiler has done with the path of a request. Also run when
 * the class archive is made, so that its classes are loaded at once by every later start.
 */
public final class Rehearsal {
  private static final String NAME = "rehearsal";
  private static final int DIMENSION = 384;
  private static final int BATCH = 250;
  private static final int BATCHES = 16;
  private static final int ROUNDS = 400;
  private static final int QUERIES = 50;

  private final Connection connection;
  private final BooleanSupplier goOn;

  private Rehearsal(Connection connection, BooleanSupplier goOn) {
    this.connection = connection;
    this.goOn = goOn;
  }

  /**
   * @param port of a server on loopback whose data may be changed
   * @param goOn asked before each round of a few requests; false ends the session
   */
  public static void play(int port, BooleanSupplier goOn) throws IOException {
    try (Connection connection = new Connection(port)) {
      new Rehearsal(connection, goOn).play();
    }
  }

  /** What a client does after a restart, with the collection that {@link #play} left. */
  public static void resume(int port) throws IOException {
    try (Connection connection = new Connection(port)) {
      new Rehearsal(connection, () -> true).resume();
    }
  }

  private void resume() throws IOException {
    greet();
    describe();
    session(4);
    call(
        MilvusServiceGrpc.getDropCollectionMethod(),
        DropCollectionRequest.newBuilder().setCollectionName(NAME).build());
  }

  private void greet() throws IOException {
    call(MilvusServiceGrpc.getConnectMethod(), ConnectRequest.getDefaultInstance());
    call(MilvusServiceGrpc.getShowCollectionsMethod(), ShowCollectionsRequest.getDefaultInstance());
  }

  private void describe() throws IOException {
    call(
        MilvusServiceGrpc.getDescribeCollectionMethod(),
        DescribeCollectionRequest.newBuilder().setCollectionName(NAME).build());
  }

  /** Leaves its collection behind, sealed and growing rows in it. */
  private void play() throws IOException {
    greet();
    call(
        MilvusServiceGrpc.getCreateCollectionMethod(),
        CreateCollectionRequest.newBuilder()
            .setCollectionName(NAME)
            .setSchema(schema().toByteString())
            .build());
    call(
        MilvusServiceGrpc.getCreateIndexMethod(),
        CreateIndexRequest.newBuilder()
            .setCollectionName(NAME)
            .setFieldName("vector")
            .addExtraParams(pair("index_type", "HNSW"))
            .addExtraParams(pair("metric_type", "COSINE"))
            .addExtraParams(pair("params", "{\"M\":16,\"efConstruction\":100}"))
            .build());
    call(
        MilvusServiceGrpc.getLoadCollectionMethod(),
        LoadCollectionRequest.newBuilder().setCollectionName(NAME).build());
    describe();
    for (int batch = 0; batch < BATCHES && goOn.getAsBoolean(); batch++) {
      call(MilvusServiceGrpc.getInsertMethod(), rows(batch * BATCH));
    }
    session(ROUNDS / 10);
    call(
        MilvusServiceGrpc.getFlushMethod(),
        FlushRequest.newBuilder().addCollectionNames(NAME).build());
    awaitIndex();
    checkHits();
    session(ROUNDS);
    call(MilvusServiceGrpc.getInsertMethod(), rows(BATCHES * BATCH));
  }

  private byte[] call(MethodDescriptor<?, ?> method, Message request) throws IOException {
    return call(method, request.toByteArray());
  }

  private byte[] call(MethodDescriptor<?, ?> method, byte[] request) throws IOException {
    return connection.call("/" + method.getFullMethodName(), request);
  }

  private void session(int rounds) throws IOException {
    byte[][] plain = new byte[QUERIES][];
    byte[][] filtered = new byte[QUERIES][];
    byte[][] byKey = new byte[QUERIES][];
    for (int i = 0; i < QUERIES; i++) {
      plain[i] = search(i, "").toByteArray();
      filtered[i] = search(i, "id > 300 and id < 2900").toByteArray();
      byKey[i] = query("id in [" + i + ", 12, 700, 1009]", "vector").toByteArray();
    }
    byte[] count = query("", "count(*)").toByteArray();
    for (int round = 0; round < rounds && goOn.getAsBoolean(); round++) {
      int i = round % QUERIES;
      for (int more = 0; more < 4; more++) {
        call(MilvusServiceGrpc.getSearchMethod(), plain[(i + more) % QUERIES]);
      }
      call(MilvusServiceGrpc.getSearchMethod(), filtered[i]);
      call(MilvusServiceGrpc.getQueryMethod(), byKey[i]);
      call(MilvusServiceGrpc.getQueryMethod(), count);
    }
  }

  /** A session whose answers are errors would warm the wrong path. */
  private void checkHits() throws IOException {
    SearchResults found =
        SearchResults.parseFrom(
            call(MilvusServiceGrpc.getSearchMethod(), search(1, "").toByteArray()));
    if (found.getStatus().getCode() != 0 || found.getResults().getScoresCount() == 0) {
      throw new IOException("the rehearsal's search failed: " + found.getStatus().getReason());
    }
  }

  private static QueryRequest query(String filter, String output) {
    return QueryRequest.newBuilder()
        .setCollectionName(NAME)
        .setExpr(filter)
        .addOutputFields(output)
        .build();
  }

  /** Until the sealed, indexed segment has replaced the growing rows. */
  private void awaitIndex() throws IOException {
    byte[] ask = DescribeIndexRequest.newBuilder().setCollectionName(NAME).build().toByteArray();
    while (goOn.getAsBoolean()) {
      DescribeIndexResponse found =
          DescribeIndexResponse.parseFrom(call(MilvusServiceGrpc.getDescribeIndexMethod(), ask));
      if (found.getIndexDescriptions(0).getIndexedRows() == (long) BATCH * BATCHES) {
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

  private static SearchRequest search(int round, String filter) {
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
    return SearchRequest.newBuilder()
        .setCollectionName(NAME)
        .setDsl(filter)
        .setNq(1)
        .setPlaceholderGroup(
            PlaceholderGroup.newBuilder().addPlaceholders(query).build().toByteString())
        .addSearchParams(pair("anns_field", "vector"))
        .addSearchParams(pair("topk", "10"))
        .addSearchParams(pair("params", "{\"ef\":64}"))
        .addOutputFields("id")
        .build();
  }

  private static KeyValuePair pair(String key, String value) {
    return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
  }
}
