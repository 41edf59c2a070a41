package io.elanus.api.milvus;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.elanus.api.milvus.proto.Status;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Collects the RPCs that are served. What is not added here is left to {@link UnservedMethods}. */
final class Rpcs {
  private static final String SERVICE = "milvus.proto.milvus.MilvusService";

  /** The methods whose requests carry data; all others carry names and a schema at most. */
  private static final Set<String> LARGE =
      Set.of("Insert", "Upsert", "Delete", "Search", "HybridSearch", "Query");

  private static final Set<String> READS = Set.of("Search", "HybridSearch", "Query");

  private static final long SMALL_LIMIT_BYTES = 4 << 20;

  private final ServerServiceDefinition.Builder definition =
      ServerServiceDefinition.builder(SERVICE);
  private final Set<String> served = new TreeSet<>();
  private final AuthorizationFilter filter;
  private final MeterRegistry meters;
  private final CallThreads threads;
  private final RequestBudget budget;
  private final Duration stall;
  private final WaitingReads waitingReads;

  Rpcs(
      Authorizer authorizer,
      MeterRegistry meters,
      CallThreads threads,
      RequestBudget budget,
      Duration stall,
      WaitingReads waitingReads) {
    this.filter = new AuthorizationFilter(authorizer);
    this.meters = meters;
    this.threads = threads;
    this.budget = budget;
    this.stall = stall;
    this.waitingReads = waitingReads;
  }

  /** Serves {@code method}; an error is answered in the status of an otherwise empty message. */
  <Q extends Message, A extends Message> Rpcs add(MethodDescriptor<Q, A> method, Rpc<Q, A> rpc) {
    return addOf(method, rpc, mayWait());
  }

  /**
   * Serves a read that may be short.
   *
   * @param kind hash of what decides how long a request takes, or {@link UnaryCall#MAY_WAIT}
   */
  <Q extends Message, A extends Message> Rpcs addRead(
      MethodDescriptor<Q, A> method, Rpc<Q, A> rpc, ToIntFunction<Q> kind) {
    return addOf(method, rpc, request -> kind.applyAsInt(request.get()));
  }

  private <Q extends Message, A extends Message> Rpcs addOf(
      MethodDescriptor<Q, A> method, Rpc<Q, A> rpc, ToIntFunction<Supplier<Q>> kind) {
    A prototype = prototype(method.getResponseMarshaller());
    return add(
        method, decoder(method), rpc, (raw, status) -> Statuses.answer(prototype, status), kind);
  }

  /** Serves {@code method}; {@code failure} makes the answer that carries an error. */
  <Q extends Message, A extends Message> Rpcs add(
      MethodDescriptor<Q, A> method, Rpc<Q, A> rpc, BiFunction<RawRequest, Status, A> failure) {
    return add(method, decoder(method), rpc, failure, mayWait());
  }

  /** Serves {@code method} from the bytes of its requests, as many at once as the budget admits. */
  <A extends Message> Rpcs addRaw(
      MethodDescriptor<?, A> method,
      Rpc<RawRequest, A> rpc,
      BiFunction<RawRequest, Status, A> failure) {
    return add(method, raw -> raw, rpc, failure, mayWait());
  }

  /** Of a method all of whose requests may wait: they are not looked into. */
  private static <Q> ToIntFunction<Supplier<Q>> mayWait() {
    return request -> UnaryCall.MAY_WAIT;
  }

  /** Names of the methods added so far. */
  Set<String> served() {
    return served;
  }

  ServerServiceDefinition build() {
    return definition.build();
  }

  private <Q, A extends Message> Rpcs add(
      MethodDescriptor<?, A> method,
      RequestDecoder<Q> decoder,
      Rpc<Q, A> rpc,
      BiFunction<RawRequest, Status, A> failure,
      ToIntFunction<Supplier<Q>> kind) {
    String name = Objects.requireNonNull(method.getBareMethodName());
    boolean rows = name.equals("Insert") || name.equals("Upsert");
    UnaryCall.Method<Q, A> served =
        new UnaryCall.Method<>(
            name,
            RequestShapes.of(name),
            LARGE.contains(name) ? Long.MAX_VALUE : SMALL_LIMIT_BYTES,
            rows,
            decoder,
            READS.contains(name)
                ? (caller, request) -> waitingReads.run(() -> rpc.answer(caller, request))
                : rpc,
            failure,
            kind,
            stall);
    definition.addMethod(
        // or else grpc keeps a message back until the client ends its stream; see UnaryCall
        method.toBuilder(
                RawRequest.MARSHALLER,
                ProtoUtils.marshaller(prototype(method.getResponseMarshaller())))
            .setType(MethodType.CLIENT_STREAMING)
            .build(),
        new UnaryCall<>(served, filter, new CallMeters(meters, name), threads, budget));
    this.served.add(name);
    return this;
  }

  @SuppressWarnings("unchecked") // the parser of a message makes such messages
  private static <Q extends Message> RequestDecoder<Q> decoder(MethodDescriptor<Q, ?> method) {
    return RequestDecoder.of(
        (Parser<Q>) prototype(method.getRequestMarshaller()).getParserForType());
  }

  @SuppressWarnings("unchecked") // protobuf marshallers know the default instance of their type
  static <M extends Message> M prototype(Marshaller<M> marshaller) {
    return (M) Objects.requireNonNull(((PrototypeMarshaller<M>) marshaller).getMessagePrototype());
  }
}
