package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.http.Doors;
import io.elanus.api.http.DoorsConfiguration;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Management;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.proto.InsertRequest;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.api.milvus.proto.MutationResult;
import io.elanus.api.milvus.proto.QueryRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that come slowly, not at all, or too many at once, through real doors. */
final class UploadsTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final MeterRegistry meters = Meters.registry();
  private Doors doors;
  private ManagedChannel channel;

  private MilvusServiceGrpc.MilvusServiceBlockingStub open(long bytesInFlight, Duration stall)
      throws IOException {
    var limits = new MilvusService.Limits(bytesInFlight, stall);
    var service =
        new MilvusService(new FakeProxy(), ServerInfo.standalone(), Authorizer.OFF, limits, meters);
    doors =
        Doors.open(
            DoorsConfiguration.defaults().withPorts(0, 0),
            service.services(),
            HttpRoutes.none(),
            Management.routes(List::of, meters));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", doors.port()).usePlaintext().build();
    return MilvusServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    doors.close();
  }

  /** Announces rows and sends nothing. */
  private CompletableFuture<Status> silentInsert() {
    ClientCall<InsertRequest, MutationResult> call =
        channel.newCall(
            MilvusServiceGrpc.getInsertMethod().toBuilder()
                .setType(MethodType.CLIENT_STREAMING)
                .build(),
            CallOptions.DEFAULT);
    var ended = new CompletableFuture<Status>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    return ended;
  }

  private static InsertRequest rows(int bytes) {
    return InsertRequest.newBuilder().setCollectionName("x".repeat(bytes)).setNumRows(1).build();
  }

  @Test
  void silentUploadsDoNotKeepARowOut() throws Exception {
    var client = open(256L << 20, NEVER);
    List<CompletableFuture<Status>> silent =
        List.of(silentInsert(), silentInsert(), silentInsert());
    MutationResult answer = client.withDeadlineAfter(60, TimeUnit.SECONDS).insert(rows(10));
    assertThat(answer.getStatus().getCode()).isEqualTo(100);
    assertThat(silent).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void anUploadThatDoesNotGoOnIsEnded() throws Exception {
    open(256L << 20, Duration.ofMillis(50));
    Status status = silentInsert().get(60, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("fewer than 65536 bytes in 50 ms");
  }

  @Test
  void thoseThatWaitBehindStalledUploadsBeginWhenTheseAreEnded() throws Exception {
    var client = open(4 << 20, Duration.ofMillis(200));
    for (int i = 0; i < 10; i++) {
      silentInsert();
    }
    MutationResult answer = client.withDeadlineAfter(60, TimeUnit.SECONDS).insert(rows(10));
    assertThat(answer.getStatus().getCode()).isEqualTo(100);
  }

  @Test
  void whatCanNeverFitIsToldSo() throws Exception {
    var client = open(4 << 20, NEVER).withDeadlineAfter(60, TimeUnit.SECONDS);
    var insert = client.insert(rows(7 << 19)).getStatus();
    assertThat(insert.getCode()).as(insert.getReason()).isEqualTo(3);
    assertThat(insert.getReason()).contains("more than 3145728 bytes");
    var query = client.query(QueryRequest.newBuilder().setExpr("x".repeat(4 << 20)).build());
    assertThat(query.getStatus().getCode()).as(query.getStatus().getReason()).isEqualTo(3);
  }

  @Test
  void manyLargeInsertsAtOnceAllEnd() throws Exception {
    var client = open(16 << 20, NEVER).withDeadlineAfter(60, TimeUnit.SECONDS);
    InsertRequest large = rows(10 << 20);
    var stub = MilvusServiceGrpc.newFutureStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    List<Future<MutationResult>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      calls.add(stub.insert(large));
    }
    for (Future<MutationResult> call : calls) { // there is no such collection, or no room
      assertThat(call.get().getStatus().getCode()).isIn(100, 8, 3);
    }
    assertThat(client.insert(rows(10)).getStatus().getCode()).isEqualTo(100);
  }
}
