package io.elanus.etcd;

import io.elanus.metadata.OperationTime;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

/**
 * Connections to all members, one of which is spoken to until it fails. Calls block; callers are on
 * virtual threads or have time.
 */
final class EtcdConnection implements AutoCloseable {
  /** The longest answer, bytes: 32 of the longest values fit. */
  static final int MAX_ANSWER_BYTES = 64 << 20;

  /** Finds connections that died silently; etcd refuses pings more often than every 5 s. */
  private static final int PING_SECONDS = 10;

  private static final int PING_TIMEOUT_SECONDS = 5;

  /** One try of a call. */
  interface Attempt<T> {
    T run(EtcdStubs stubs) throws StatusException;
  }

  private record Endpoint(String name, ManagedChannel channel) {}

  private final EtcdOptions options;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final EtcdToken token;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile boolean closed;

  EtcdConnection(EtcdOptions options) {
    this.options = options;
    this.token = new EtcdToken(options.user());
    Optional<SslContext> tls = options.tls().map(EtcdConnection::context);
    for (String name : options.endpoints()) {
      endpoints.add(new Endpoint(name, channel(name, tls)));
    }
  }

  private static ManagedChannel channel(String endpoint, Optional<SslContext> tls) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + endpoint)
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (tls.isPresent()) {
      builder.negotiationType(NegotiationType.TLS).sslContext(tls.get());
    } else {
      builder.usePlaintext();
    }
    return builder.build();
  }

  private static SslContext context(EtcdOptions.Tls tls) {
    try {
      SslContextBuilder builder = GrpcSslContexts.forClient();
      tls.trusted().ifPresent(file -> builder.trustManager(file.toFile()));
      if (tls.certificate().isPresent() && tls.key().isPresent()) {
        builder.keyManager(tls.certificate().get().toFile(), tls.key().get().toFile());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException failure) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER, "certificates for etcd cannot be used", failure);
    }
  }

  long requestTimeoutNanos() {
    return options.requestTimeout().toNanos();
  }

  OperationTime operationTime() {
    return new OperationTime(options.operationTimeout());
  }

  /** The endpoint that the next attempt goes to. */
  String endpoint() {
    return current(turn.get()).name();
  }

  private Endpoint current(int at) {
    return endpoints.get(Math.floorMod(at, endpoints.size()));
  }

  /** Makes one attempt; after one that failed in passing the next goes to the next member. */
  <T> T once(OperationTime time, Attempt<T> attempt) throws StatusException {
    int at = turn.get();
    Endpoint endpoint = current(at);
    long timeout = Math.min(requestTimeoutNanos(), Math.max(1, time.leftNanos()));
    try {
      return attempt.run(new EtcdStubs(token.on(endpoint.channel(), timeout), timeout));
    } catch (StatusException failure) {
      noteFailure(failure, at);
      throw failure;
    }
  }

  /** Lets a stream that broke be opened at the next member. */
  void noteStreamFailure(StatusException failure) {
    noteFailure(failure, turn.get());
  }

  private void noteFailure(StatusException failure, int at) {
    if (EtcdErrors.isStaleToken(failure)) {
      token.forget();
    } else if (EtcdErrors.isPassing(failure)) {
      if (failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
        current(at).channel().enterIdle(); // it may hang before it is known to be one of etcd's
      }
      turn.compareAndSet(at, at + 1);
      current(at + 1).channel().resetConnectBackoff();
    }
  }

  /** A token that no longer may what it could. */
  void forgetToken() {
    token.forget();
  }

  /**
   * Repeats a call that may safely be carried out twice, until it succeeds or the operation's time
   * is up.
   */
  <T> T repeat(String operation, Attempt<T> attempt) {
    return repeat(operation, operationTime(), attempt);
  }

  <T> T repeat(String operation, OperationTime time, Attempt<T> attempt) {
    while (true) {
      checkOpen();
      try {
        return once(time, attempt);
      } catch (StatusException failure) {
        checkOpen();
        if (!EtcdErrors.isPassing(failure) || !time.pause()) {
          throw EtcdErrors.of(failure, operation, endpoint());
        }
      }
    }
  }

  void checkOpen() {
    if (closed) {
      throw EtcdErrors.closed();
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    endpoints.forEach(endpoint -> endpoint.channel().shutdownNow());
  }
}
