package io.elanus.transport;

import com.google.protobuf.UnsafeByteOperations;
import io.elanus.roles.CallWatch;
import io.elanus.roles.Waits;
import io.elanus.roles.codec.RecordCodec;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.transport.wire.Call;
import io.elanus.transport.wire.Reply;
import io.elanus.transport.wire.RolesGrpc;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.InternalNettyChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stubs of the roles that another process exposes, over one connection. A call blocks; it ends with
 * the role's own error, or with UNAVAILABLE, TIMEOUT or CANCELLED when the connection or the
 * deadline ended it. A deadline in the gRPC context applies.
 */
public final class RoleClient implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  /** A peer that is silent for so long while somebody waits for it is asked whether it is there. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  /** And is gone when it does not say so within. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  /** Shorter than anybody waits who gives a call up by itself. */
  private static final int CONNECT_MILLIS = 1500;

  /** The first time: a process that has just started may take seconds over its first handshake. */
  private static final int FIRST_CONNECT_MILLIS = 5000;

  private static final int AGAIN_MILLIS = 200;

  private final AtomicLong againNanos = new AtomicLong(System.nanoTime());
  private final String peer;
  private final Supplier<ManagedChannel> dial;
  private final Pulse.Limits limits;
  private final Map<Class<?>, Object> roles = new ConcurrentHashMap<>();
  private final List<Consumer<Boolean>> watchers = new CopyOnWriteArrayList<>();
  private volatile Line line;
  private volatile boolean reached;
  private boolean closed;

  /** What goes over one connection, and over those that take its place when it breaks. */
  private final class Line {
    private final ManagedChannel channel;
    private final RolesGrpc.RolesBlockingStub stub;
    private final Pulse pulse;

    /** The peer fell silent on the line before; calls wait no more until it takes a connection. */
    private volatile boolean doubted;

    Line(boolean doubted) {
      this.doubted = doubted;
      channel = dial.get();
      stub = RolesGrpc.newBlockingStub(channel);
      pulse = new Pulse(RolesGrpc.newStub(channel), limits, () -> silent(this));
    }
  }

  private RoleClient(String host, int port, Trust trust, Pulse.Limits limits) {
    peer = host + ":" + port;
    this.limits = limits;
    dial =
        () ->
            NettyChannelBuilder.forAddress(
                    host,
                    port,
                    InternalNettyChannelCredentials.create(
                        ClientNegotiator.factory(trust, host, port)))
                .directExecutor()
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
                .maxInboundMessageSize(RoleServer.MESSAGE_BYTES)
                .build();
    line = new Line(false);
  }

  /** Connects with the first call. */
  public static RoleClient open(String host, int port) {
    return open(host, port, Trust.ANYBODY);
  }

  /** The same, to a peer that must be one that can be trusted: else calls are NOT_AUTHENTICATED. */
  public static RoleClient open(String host, int port, Trust trust) {
    return open(host, port, trust, new Pulse.Limits(SILENCE, ANSWER_WITHIN));
  }

  static RoleClient open(String host, int port, Trust trust, Pulse.Limits limits) {
    return new RoleClient(host, port, trust, limits);
  }

  private int connectMillis() {
    return reached ? CONNECT_MILLIS : FIRST_CONNECT_MILLIS;
  }

  /** Begins to connect, so that the first call need not; does not wait for it. */
  public void connect() {
    line.channel.getState(true);
  }

  /**
   * A connection that carries nothing any more, or does not come about, is given up, with the calls
   * that wait for it. What gRPC has for this pings no sooner than after ten seconds.
   */
  private void silent(Line lost) {
    Line next;
    synchronized (this) {
      if (closed || line != lost) {
        return;
      }
      next = new Line(true);
      line = next;
    }
    next.channel.getState(true);
    lost.channel.shutdownNow();
    for (Consumer<Boolean> watcher : watchers) {
      watcher.accept(false);
      watch(next, ConnectivityState.CONNECTING, false, watcher);
    }
  }

  /**
   * The same stub for the same role each time.
   *
   * @param role an interface of {@code io.elanus.roles}
   */
  public <R> R role(Class<R> role) {
    if (!RoleMethods.ROLES.contains(role)) {
      throw new IllegalArgumentException(role + " is no role");
    }
    return role.cast(
        roles.computeIfAbsent(
            role,
            key ->
                Proxy.newProxyInstance(key.getClassLoader(), new Class<?>[] {key}, new Stub(key))));
  }

  private Object call(RoleMethods.RoleMethod method, @Nullable Object[] arguments) {
    Waits.begin();
    Line on = line;
    awaitConnection(on);
    Call call =
        Call.newBuilder()
            .setRole(method.role().getSimpleName())
            .setMethod(method.method().getName())
            .setArguments(
                UnsafeByteOperations.unsafeWrap(
                    RecordCodec.encodeAll(method.parameters(), arguments)))
            .build();
    Reply reply = perform(on, call);
    if (reply.hasFailure()) {
      throw Failures.decode(reply.getFailure());
    }
    return method.answers()
        ? RecordCodec.decode(method.result(), reply.getResult().asReadOnlyByteBuffer())
        : reply;
  }

  /**
   * A peer that takes a connection and then says nothing, or packets to which go nowhere, is given
   * up after a while; a call alone would wait for it until its deadline. Where the connection fails
   * at once, the call says so, and where the last one was given up and the next is not there yet.
   */
  private void awaitConnection(Line on) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(connectMillis());
    ManagedChannel channel = on.channel;
    ConnectivityState now = channel.getState(true);
    if (now == ConnectivityState.READY) {
      reached = true;
      on.doubted = false;
    } else if (on.doubted) {
      connectAgain(on);
      throw new ElanusException(ErrorCode.NOT_READY, "a peer fell silent").with("peer", peer);
    }
    while (now == ConnectivityState.IDLE || now == ConnectivityState.CONNECTING) {
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(now, changed::countDown);
      try {
        if (!changed.await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          silent(on);
          throw new ElanusException(ErrorCode.NOT_READY, "a peer does not take a connection")
              .with("peer", peer);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ElanusException(ErrorCode.CANCELLED, "interrupted while connecting", interrupted);
      }
      now = channel.getState(true);
    }
    if (now == ConnectivityState.READY) {
      reached = true;
    }
    if (now == ConnectivityState.TRANSIENT_FAILURE) {
      connectAgain(on);
    } else if (on != line) {
      throw new ElanusException(ErrorCode.NOT_READY, "a peer fell silent").with("peer", peer);
    }
  }

  /** Who calls wants it now; left alone, pauses between attempts grow up to minutes. */
  private void connectAgain(Line on) {
    long last = againNanos.get();
    long now = System.nanoTime();
    if (now - last > TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS)
        && againNanos.compareAndSet(last, now)) {
      on.channel.resetConnectBackoff();
    }
  }

  /**
   * Whether the peer can be connected to: told when a connection that was there, or was asked for,
   * cannot be had any more, and again when it can. A process that was killed is known to be gone a
   * moment later; one that hangs, or whose machine is gone, when somebody has waited for it a
   * while.
   *
   * @param reachable must be quick
   */
  public synchronized void watch(Consumer<Boolean> reachable) {
    watchers.add(reachable);
    watch(line, ConnectivityState.IDLE, true, reachable);
  }

  private static void watch(
      Line on, ConnectivityState before, boolean was, Consumer<Boolean> reachable) {
    ManagedChannel channel = on.channel;
    // looking at a connection that ended begins the next one; one that nobody used is left alone
    ConnectivityState now = channel.getState(before == ConnectivityState.READY);
    boolean is = was;
    switch (now) {
      case TRANSIENT_FAILURE -> is = false;
      case READY -> is = true;
      case IDLE, CONNECTING, SHUTDOWN -> {}
    }
    if (is != was) {
      reachable.accept(is);
    }
    if (now != ConnectivityState.SHUTDOWN) {
      boolean told = is;
      channel.notifyWhenStateChanged(now, () -> watch(on, now, told, reachable));
    }
  }

  private Reply perform(Line on, Call call) {
    Metadata headers = new Metadata();
    CallWatch.Call watched =
        CallWatch.present()
            .leaving(
                call.getRole() + "." + call.getMethod(),
                (name, value) -> CallHeaders.put(headers, name, value));
    boolean succeeded = false;
    on.pulse.begins();
    try {
      Reply reply = stub(on, headers).perform(call);
      on.pulse.heard();
      succeeded = !reply.hasFailure();
      return reply;
    } catch (StatusRuntimeException e) {
      throw Failures.ofConnection(e, peer);
    } finally {
      on.pulse.ends();
      watched.ended(succeeded);
    }
  }

  private static RolesGrpc.RolesBlockingStub stub(Line on, Metadata headers) {
    return headers.keys().isEmpty()
        ? on.stub
        : on.stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Ends calls that run, with UNAVAILABLE: the peer is known to be gone. */
  public void abort() {
    last().shutdownNow();
  }

  private synchronized ManagedChannel last() {
    closed = true;
    return line.channel;
  }

  /** Waits a few seconds for calls that run; later ones are UNAVAILABLE. */
  @Override
  public void close() {
    ManagedChannel channel = last();
    channel.shutdown();
    try {
      if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private final class Stub implements InvocationHandler {
    private final Class<?> role;

    Stub(Class<?> role) {
      this.role = role;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] given) {
      @Nullable Object[] arguments = given == null ? new Object[0] : given;
      if (method.getDeclaringClass() == Object.class) {
        return switch (method.getName()) {
          case "equals" -> arguments[0] == self;
          case "hashCode" -> System.identityHashCode(self);
          default -> role.getSimpleName() + "@" + peer;
        };
      }
      RoleMethods.RoleMethod called = RoleMethods.of(role).get(method.getName());
      if (called == null) {
        throw new AssertionError(method);
      }
      Object result = call(called, arguments);
      return called.answers() ? result : null;
    }
  }
}
