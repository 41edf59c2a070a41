package io.elanus.transport;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/** What goes beside a call in its metadata: texts by name. */
final class CallHeaders implements ServerInterceptor {
  private static final Context.Key<Metadata> OF_CALL = Context.key("headers");

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current().withValue(OF_CALL, headers);
    return Contexts.interceptCall(context, call, headers, next);
  }

  /** Of the call that this thread answers. */
  static @Nullable String get(String name) {
    Metadata headers = OF_CALL.get();
    return headers == null ? null : headers.get(key(name));
  }

  static void put(Metadata headers, String name, String value) {
    headers.put(key(name), value);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
