package io.elanus.api.http;

import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import java.util.List;

/**
 * What the shared port serves over gRPC.
 *
 * @param definitions interceptors already around them
 * @param tracers called on the event loops as requests come in
 * @param endWaiting called when the port closes, a moment after it stopped taking calls: those that
 *     wait for something are to be answered now
 */
public record GrpcServices(
    List<ServerServiceDefinition> definitions,
    List<ServerStreamTracer.Factory> tracers,
    Runnable endWaiting) {
  public static final GrpcServices NONE = new GrpcServices(List.of(), List.of(), () -> {});

  public GrpcServices {
    definitions = List.copyOf(definitions);
    tracers = List.copyOf(tracers);
  }
}
