package io.elanus.transport;

import com.google.protobuf.UnsafeByteOperations;
import io.elanus.roles.CallWatch;
import io.elanus.roles.Standing;
import io.elanus.roles.codec.RecordCodec;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.transport.wire.Call;
import io.elanus.transport.wire.Question;
import io.elanus.transport.wire.Reply;
import io.elanus.transport.wire.RolesGrpc;
import io.elanus.transport.wire.Sign;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Exposes role objects on a port; they may come and go while it is open. Each call runs on a
 * virtual thread of its own; its deadline is in the gRPC context, from where calls to further roles
 * take it.
 */
public final class RoleServer implements AutoCloseable {
  /** The largest message of either side, bytes. */
  static final int MESSAGE_BYTES = 512 << 20;

  private static final System.Logger LOG = System.getLogger(RoleServer.class.getName());
  private static final long CLOSE_SECONDS = 5;

  private final Map<String, Target> targets = new ConcurrentHashMap<>();
  private final Map<Method, MethodHandle> handles = new ConcurrentHashMap<>();
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final Refusals refusals = new Refusals();
  private final Server server;

  /** A role object and whether its answers count. */
  private record Target(Object role, Standing standing) {}

  private RoleServer(String host, int port, Trust trust, List<?> roles) throws IOException {
    roles.forEach(role -> add(role, Standing.ALWAYS));
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(host, port),
                InternalNettyServerCredentials.create(new ServerNegotiator(trust, refusals)))
            .intercept(new RefusedCalls())
            .executor(calls)
            .callExecutor(new PingsAtOnce())
            .maxInboundMessageSize(MESSAGE_BYTES)
            .addService(ServerInterceptors.intercept(new Service(), new CallHeaders()))
            .build()
            .start();
  }

  /**
   * @param port 0: any free one
   * @param roles objects that implement interfaces of {@code io.elanus.roles}; each interface at
   *     most once
   */
  public static RoleServer open(String host, int port, List<?> roles) {
    return open(host, port, Trust.ANYBODY, roles);
  }

  /**
   * The same for peers that can be trusted; others are refused with UNAUTHENTICATED, counted, and
   * told of in the log.
   */
  public static RoleServer open(String host, int port, Trust trust, List<?> roles) {
    try {
      return new RoleServer(host, port, trust, roles);
    } catch (IOException e) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the port for roles cannot be opened", e)
          .with("host", host)
          .with("port", port);
    }
  }

  /**
   * Exposes one more object.
   *
   * @param role implements interfaces of {@code io.elanus.roles} that no other object here does
   * @param standing is asked before each answer; one that was not held all the time makes it
   *     UNAVAILABLE
   */
  public void add(Object role, Standing standing) {
    List<String> names = names(role);
    if (names.isEmpty()) {
      throw new IllegalArgumentException(role.getClass() + " implements no role");
    }
    var target = new Target(role, standing);
    for (String name : names) {
      if (targets.putIfAbsent(name, target) != null) {
        throw new IllegalArgumentException("two objects implement " + name);
      }
    }
  }

  /** The object takes no further calls: they are UNAVAILABLE. Those that run end as they would. */
  public void remove(Object role) {
    names(role)
        .forEach(name ->
            targets.computeIfPresent(name, (any, target) -> target.role() == role ? null : target));
  }

  private static List<String> names(Object role) {
    return RoleMethods.ROLES.stream()
        .filter(known -> known.isInstance(role))
        .map(Class::getSimpleName)
        .toList();
  }

  public int port() {
    return server.getPort();
  }

  /** Connections that were refused since the port was opened. */
  public long refusedPeers() {
    return refusals.count();
  }

  /** Takes no further calls and gives those that run a few seconds to end. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    calls.shutdownNow();
  }

  private final class Service extends RolesGrpc.RolesImplBase {
    @Override
    public void perform(Call call, StreamObserver<Reply> observer) {
      Reply reply = answer(call);
      observer.onNext(reply);
      observer.onCompleted();
    }

    @Override
    public void ping(Question question, StreamObserver<Sign> observer) {
      observer.onNext(Sign.getDefaultInstance());
      observer.onCompleted();
    }
  }

  /** On the thread that reads them: a sign of life waits for no call. */
  private static final class PingsAtOnce implements ServerCallExecutorSupplier {
    @Override
    public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
      return call.getMethodDescriptor() == RolesGrpc.getPingMethod() ? Runnable::run : null;
    }
  }

  private Reply answer(Call call) {
    CallWatch.Call watched =
        CallWatch.present()
            .arriving(
                CallWatch.Kind.ROLE, call.getRole() + "." + call.getMethod(), CallHeaders::get);
    boolean succeeded = false;
    try {
      Reply reply = answerUnwatched(call);
      succeeded = !reply.hasFailure();
      return reply;
    } finally {
      watched.ended(succeeded);
    }
  }

  private Reply answerUnwatched(Call call) {
    try {
      return Reply.newBuilder().setResult(UnsafeByteOperations.unsafeWrap(invoke(call))).build();
    } catch (ElanusException e) {
      return Reply.newBuilder().setFailure(Failures.encode(e)).build();
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR, "call failed " + call.getRole() + "." + call.getMethod(), e);
      return Reply.newBuilder().setFailure(Failures.encode(e)).build();
    }
  }

  private ByteBuffer invoke(Call call) {
    RoleMethods.RoleMethod method = method(call);
    if (method == null) {
      throw new ElanusException(ErrorCode.UNIMPLEMENTED, "there is no such role or method")
          .with("role", call.getRole())
          .with("method", call.getMethod());
    }
    Target target = targets.get(call.getRole());
    if (target == null) {
      throw new ElanusException(ErrorCode.NOT_READY, "the process does not have the role now")
          .with("role", call.getRole());
    }
    Object[] arguments =
        RecordCodec.decodeAll(method.parameters(), call.getArguments().asReadOnlyByteBuffer());
    long term = target.standing().term();
    Object result = invoke(target.role(), method, arguments);
    if (!target.standing().heldSince(term)) {
      throw new ElanusException(
              ErrorCode.UNAVAILABLE, "the process lost its place in the cluster during the call")
          .with("role", call.getRole());
    }
    if (!method.answers()) {
      return ByteBuffer.allocate(0);
    }
    if (result == null) {
      throw new IllegalStateException(call.getRole() + "." + call.getMethod() + " answered null");
    }
    return RecordCodec.encodeToBuffer(method.result(), result);
  }

  private static RoleMethods.@Nullable RoleMethod method(Call call) {
    for (Class<?> role : RoleMethods.ROLES) {
      if (role.getSimpleName().equals(call.getRole())) {
        return RoleMethods.of(role).get(call.getMethod());
      }
    }
    return null;
  }

  private @Nullable Object invoke(
      Object target, RoleMethods.RoleMethod method, Object[] arguments) {
    MethodHandle handle = handles.computeIfAbsent(method.method(), RoleServer::handle);
    try {
      return (Object) handle.invokeExact(target, arguments);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable checked) {
      throw new IllegalStateException(checked);
    }
  }

  /**
   * (target, arguments) → result; null for void. Reflection may call through a native frame, and a
   * virtual thread that waits below one keeps its carrier: a few such calls stop all others.
   */
  private static MethodHandle handle(Method method) {
    try {
      return MethodHandles.publicLookup()
          .unreflect(method)
          .asSpreader(Object[].class, method.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
    } catch (IllegalAccessException notPublic) {
      throw new IllegalArgumentException(method + " is not public", notPublic);
    }
  }
}
