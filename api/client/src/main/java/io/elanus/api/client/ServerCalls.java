package io.elanus.api.client;

import io.elanus.api.milvus.proto.Status;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Calls of one server over one connection, which comes back by itself. What may pass is tried again
 * until the time of the call is over, after pauses like pymilvus's: 10 ms, three times as long each
 * time, 3 s at most.
 */
final class ServerCalls implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> DATABASE =
      Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER);
  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 3_000;
  private static final int PAUSE_GROWTH = 3;
  private static final long SILENCE_SECONDS = 30;
  private static final long CLOSE_SECONDS = 5;

  private final String server;
  private final Duration timeout;
  private final ManagedChannel connection;
  private final Channel channel;

  ServerCalls(ServerUri uri) {
    server = uri.address();
    timeout = uri.timeout();
    connection = connection(uri);
    channel =
        ClientInterceptors.intercept(
            connection, MetadataUtils.newAttachHeadersInterceptor(headers(uri)));
  }

  private static ManagedChannel connection(ServerUri uri) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(uri.host(), uri.port())
            .directExecutor()
            .keepAliveTime(SILENCE_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(Integer.MAX_VALUE);
    if (!uri.encrypted()) {
      return builder.usePlaintext().build();
    }
    uri.authority()
        .ifPresent(file -> {
          try {
            builder.sslContext(GrpcSslContexts.forClient().trustManager(file.toFile()).build());
          } catch (SSLException | IllegalArgumentException unfit) {
            throw new ElanusException(
                    ErrorCode.INVALID_PARAMETER,
                    "the authority's certificate cannot be read",
                    unfit)
                .with("file", file);
          }
        });
    return builder.build();
  }

  private static Metadata headers(ServerUri uri) {
    Metadata headers = new Metadata();
    headers.put(DATABASE, uri.database());
    if (!uri.identity().isEmpty()) {
      byte[] identity = uri.identity().getBytes(StandardCharsets.UTF_8);
      headers.put(AUTHORIZATION, Base64.getEncoder().encodeToString(identity));
    }
    return headers;
  }

  /** Whether a request may be sent again that may have been carried out. */
  enum Repeat {
    /** It changes nothing the second time. */
    ALWAYS,
    /** Only when the server judged before it began, or was not reached. */
    IF_NOT_BEGUN
  }

  <Q, A> A call(
      MethodDescriptor<Q, A> method, Q request, Function<A, Status> status, Repeat repeat) {
    return call(method, request, status, repeat, timeout);
  }

  <Q, A> A call(
      MethodDescriptor<Q, A> method,
      Q request,
      Function<A, Status> status,
      Repeat repeat,
      Duration within) {
    long until = System.nanoTime() + within.toNanos();
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = longer(pause)) {
      ElanusException failure;
      boolean again;
      try {
        A answer = once(method, request, until - System.nanoTime());
        if (WireErrors.isSuccess(status.apply(answer))) {
          return answer;
        }
        failure = WireErrors.of(status.apply(answer));
        again = mayRepeat(failure.code(), repeat);
      } catch (StatusRuntimeException broken) {
        failure = WireErrors.of(broken, server);
        again =
            failure.code() == ErrorCode.UNAVAILABLE
                && (repeat == Repeat.ALWAYS || WireErrors.neverLeft(broken));
      }
      if (!again
          || connection.isShutdown()
          || System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) > until) {
        throw failure;
      }
      pause(pause, failure);
    }
  }

  private <Q, A> A once(MethodDescriptor<Q, A> method, Q request, long nanos) {
    if (Thread.currentThread().isInterrupted()) { // gRPC sees it only while it waits
      throw new ElanusException(ErrorCode.CANCELLED, "interrupted").with("server", server);
    }
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(Math.max(1, nanos), TimeUnit.NANOSECONDS);
    return ClientCalls.blockingUnaryCall(channel, method, options, request);
  }

  private static boolean mayRepeat(ErrorCode code, Repeat repeat) {
    return switch (code) {
      case RATE_LIMIT, QUEUE_FULL -> true; // said before anything is done
      case TIMEOUT, CANCELLED -> false; // time was given already
      default -> code.retriable() && repeat == Repeat.ALWAYS;
    };
  }

  private static long longer(long pauseMillis) {
    return Math.min(LONGEST_PAUSE_MILLIS, PAUSE_GROWTH * pauseMillis);
  }

  private static void pause(long millis, ElanusException failure) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ElanusException(
          ErrorCode.CANCELLED,
          "interrupted before the request was sent again, after: " + failure.getMessage(),
          interrupted);
    }
  }

  /** Waits a few seconds for calls that run; later ones are UNAVAILABLE. */
  @Override
  public void close() {
    connection.shutdown();
    try {
      if (!connection.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        connection.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      connection.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
