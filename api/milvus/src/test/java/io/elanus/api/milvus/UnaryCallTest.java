package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.api.http.Meters;
import io.elanus.api.milvus.proto.GetVersionRequest;
import io.elanus.api.milvus.proto.GetVersionResponse;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.schema.ElanusException;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

final class UnaryCallTest {
  private static final BiFunction<RawRequest, io.elanus.api.milvus.proto.Status, GetVersionResponse>
      FAILED = (raw, status) -> GetVersionResponse.newBuilder().setStatus(status).build();

  private final RequestBudget budget =
      new RequestBudget(1024, 64, 1, RequestBudget.PATIENCE, System::nanoTime);
  private final FakeCall call = new FakeCall();
  private final RawRequest request =
      new RawRequest(GetVersionRequest.getDefaultInstance().toByteArray());

  private ServerCall.Listener<RawRequest> begin(
      Rpc<RawRequest, GetVersionResponse> rpc,
      BiFunction<RawRequest, io.elanus.api.milvus.proto.Status, GetVersionResponse> failure,
      ToIntFunction<Supplier<RawRequest>> kind) {
    var method =
        new UnaryCall.Method<>(
            "GetVersion",
            RequestShapes.of("GetVersion"),
            Long.MAX_VALUE,
            true,
            raw -> raw,
            rpc,
            failure,
            kind,
            Duration.ofHours(1));
    return new UnaryCall<>(
            method,
            new AuthorizationFilter(Authorizer.OFF),
            new CallMeters(Meters.registry(), "GetVersion"),
            new CallThreads(Runnable::run, task -> false, System::nanoTime),
            budget)
        .startCall(call, new Metadata());
  }

  @Test
  void aCallWhoseErrorCannotBeAnsweredIsClosedAndHoldsNothing() {
    begin(
            (caller, raw) -> {
              throw ElanusException.invalid("planned");
            },
            (raw, status) -> {
              throw new IllegalStateException("planned");
            },
            raw -> UnaryCall.MAY_WAIT)
        .onMessage(request);
    assertThat(call.closed).extracting(Status::getCode).containsExactly(Status.Code.INTERNAL);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void aCallWhoseKindBreaksHoldsNothing() {
    var listener =
        begin(
            (caller, raw) -> GetVersionResponse.getDefaultInstance(),
            FAILED,
            raw -> {
              throw new StackOverflowError("planned");
            });
    assertThatThrownBy(() -> listener.onMessage(request)).isInstanceOf(StackOverflowError.class);
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void aRequestIsRefusedHereWhereThereIsNoEventLoop() throws Exception {
    ServerStreamTracer tracer = Inbound.FACTORY.newServerStreamTracer("m", new Metadata());
    tracer
        .filterContext(Context.ROOT)
        .call(() ->
            begin(
                (caller, raw) -> GetVersionResponse.getDefaultInstance(),
                FAILED,
                raw -> UnaryCall.MAY_WAIT));
    tracer.inboundWireSize(1025);
    assertThat(call.sent).hasSize(1);
    assertThat(call.sent.getFirst().getStatus().getCode()).isEqualTo(3);
    assertThat(call.closed).extracting(Status::getCode).containsExactly(Status.Code.OK);
    assertThat(budget.usedBytes()).isZero();
  }

  private static final class FakeCall extends ServerCall<RawRequest, GetVersionResponse> {
    final List<GetVersionResponse> sent = new ArrayList<>();
    final List<Status> closed = new ArrayList<>();

    @Override
    public void request(int count) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(GetVersionResponse message) {
      sent.add(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed.add(status);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }

    @Override
    public MethodDescriptor<RawRequest, GetVersionResponse> getMethodDescriptor() {
      return MilvusServiceGrpc.getGetVersionMethod().toBuilder(
              RawRequest.MARSHALLER, ProtoUtils.marshaller(GetVersionResponse.getDefaultInstance()))
          .build();
    }
  }
}
