package io.elanus.api.milvus;

import com.google.protobuf.Message;
import io.elanus.api.milvus.proto.Status;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects the RPCs that are served. What is not added here is answered UNIMPLEMENTED by grpc,
 * which is what clients fall back on.
 */
final class Rpcs {
  private static final String SERVICE = "milvus.proto.milvus.MilvusService";

  private final ServerServiceDefinition.Builder definition =
      ServerServiceDefinition.builder(SERVICE);
  private final Set<String> served = new TreeSet<>();
  private final Authorizer authorizer;
  private final MeterRegistry meters;
  private final CallThreads threads;

  Rpcs(Authorizer authorizer, MeterRegistry meters, CallThreads threads) {
    this.authorizer = authorizer;
    this.meters = meters;
    this.threads = threads;
  }

  /** Serves {@code method}; an error is answered in the status of an otherwise empty message. */
  <Q extends Message, A extends Message> Rpcs add(MethodDescriptor<Q, A> method, Rpc<Q, A> rpc) {
    A prototype = prototype(method);
    return add(method, rpc, (request, status) -> Statuses.answer(prototype, status), null, null);
  }

  /**
   * Serves a read that may be short.
   *
   * @param kind hash of what decides how long a request takes, or {@link UnaryCall#MAY_WAIT}
   */
  <Q extends Message, A extends Message> Rpcs addRead(
      MethodDescriptor<Q, A> method, Rpc<Q, A> rpc, ToIntFunction<Q> kind) {
    A prototype = prototype(method);
    return add(method, rpc, (request, status) -> Statuses.answer(prototype, status), kind, null);
  }

  /** Serves {@code method}; {@code failure} makes the answer that carries an error. */
  <Q extends Message, A extends Message> Rpcs add(
      MethodDescriptor<Q, A> method, Rpc<Q, A> rpc, BiFunction<Q, Status, A> failure) {
    return add(method, rpc, failure, null, null);
  }

  /** Serves {@code method} from the bytes of its requests, as many at once as the budget admits. */
  <A extends Message> Rpcs addRaw(
      MethodDescriptor<?, A> method,
      Rpc<RawRequest, A> rpc,
      BiFunction<RawRequest, Status, A> failure,
      InsertBudget budget) {
    MethodDescriptor<RawRequest, A> raw =
        method.toBuilder(RawRequest.MARSHALLER, ProtoUtils.marshaller(prototype(method))).build();
    return add(raw, rpc, failure, null, budget);
  }

  /** Names of the methods added so far. */
  Set<String> served() {
    return served;
  }

  ServerServiceDefinition build() {
    return definition.build();
  }

  private <Q, A extends Message> Rpcs add(
      MethodDescriptor<Q, A> method,
      Rpc<Q, A> rpc,
      BiFunction<Q, Status, A> failure,
      @Nullable ToIntFunction<Q> kind,
      @Nullable InsertBudget budget) {
    String name = Objects.requireNonNull(method.getBareMethodName());
    definition.addMethod(
        // or else grpc keeps a message back until the client ends its stream; see UnaryCall
        method.toBuilder().setType(MethodType.CLIENT_STREAMING).build(),
        new UnaryCall<>(
            name, rpc, failure, authorizer, new CallMeters(meters, name), threads, kind, budget));
    served.add(name);
    return this;
  }

  @SuppressWarnings("unchecked") // protobuf marshallers know the default instance of their type
  private static <A extends Message> A prototype(MethodDescriptor<?, A> method) {
    var marshaller = (MethodDescriptor.PrototypeMarshaller<A>) method.getResponseMarshaller();
    return (A) Objects.requireNonNull(marshaller.getMessagePrototype());
  }
}
