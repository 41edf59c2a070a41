package io.elanus.api.http;

import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the shared port serves over gRPC.
 *
 * @param definitions interceptors already around them
 * @param others asked for the methods that these do not have
 * @param tracers called on the event loops as requests come in
 * @param endWaiting called when the port closes, a moment after it stopped taking calls: those that
 *     wait for something are to be answered now
 */
public record GrpcServices(
    List<ServerServiceDefinition> definitions,
    HandlerRegistry others,
    List<ServerStreamTracer.Factory> tracers,
    Runnable endWaiting) {
  /** Has no method at all. */
  public static final HandlerRegistry NO_OTHERS =
      new HandlerRegistry() {
        @Override
        public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
            String name, @Nullable String authority) {
          return null;
        }
      };

  public static final GrpcServices NONE =
      new GrpcServices(List.of(), NO_OTHERS, List.of(), () -> {});

  public GrpcServices {
    definitions = List.copyOf(definitions);
    tracers = List.copyOf(tracers);
  }
}
