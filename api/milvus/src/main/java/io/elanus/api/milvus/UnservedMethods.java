package io.elanus.api.milvus;

import com.google.protobuf.Message;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The methods that the protocol declares and that are not built yet: refused by name in the status
 * of their own answer, from which clients make the errors of Milvus. Methods that stream, whose
 * answer has no status, or that the protocol does not know are left to grpc, which answers
 * UNIMPLEMENTED. It is asked for those alone that nobody serves, so that a start needs none of
 * their messages.
 */
final class UnservedMethods extends HandlerRegistry {
  private final MeterRegistry meters;

  UnservedMethods(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
      String fullName, @Nullable String authority) {
    for (MethodDescriptor<?, ?> method : MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
      if (method.getFullMethodName().equals(fullName) && method.getType() == MethodType.UNARY) {
        return definition(method);
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // all answers of the protocol are messages
  private @Nullable ServerMethodDefinition<?, ?> definition(MethodDescriptor<?, ?> declared) {
    MethodDescriptor<?, Message> method = (MethodDescriptor<?, Message>) declared;
    Message prototype = Rpcs.prototype(method.getResponseMarshaller());
    if (!Statuses.carriedBy(prototype)) {
      return null;
    }
    String name = Objects.requireNonNull(method.getBareMethodName());
    Message refusal =
        Statuses.answer(
            prototype,
            Statuses.of(
                new ElanusException(ErrorCode.UNIMPLEMENTED, name + " is not supported yet")));
    return ServerMethodDefinition.create(
        method.toBuilder(RawRequest.MARSHALLER, method.getResponseMarshaller()).build(),
        (call, headers) -> refused(call, refusal, new CallMeters(meters, name)));
  }

  /** Nothing of the request is read: whatever it says, the answer is the same. */
  private static ServerCall.Listener<RawRequest> refused(
      ServerCall<RawRequest, Message> call, Message refusal, CallMeters meters) {
    meters.began();
    call.sendHeaders(new Metadata());
    call.sendMessage(refusal);
    call.close(Status.OK, new Metadata());
    meters.ended(false, 0);
    return new ServerCall.Listener<>() {};
  }
}
