package io.elanus.api.http;

import io.grpc.Server;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The open ports of a process: gRPC and HTTP/1.1 on one, health and metrics on the other, its
 * {@link ManagementDoor}. Both use the same pipeline and router.
 *
 * <p>gRPC runs on direct executors, that is, on the event loops: a service hands over to a thread
 * of its own whatever may wait (see {@link EventLoops#afterRead}). HTTP handlers run on virtual
 * threads.
 */
public final class Doors implements AutoCloseable {
  /**
   * What a client may send of a request that is not taken yet, so that a usual batch of rows never
   * waits for leave.
   */
  public static final int AHEAD_BYTES = 2 << 20;

  /**
   * The most that is read from a connection at once. A message keeps the buffers that it came in,
   * whole; where others work, too, much of what is larger would be empty.
   */
  private static final int READ_BYTES = 16 << 10;

  /** A client that says nothing for so long is asked whether it is there. */
  private static final int SILENCE_SECONDS = 60;

  /** It is gone when it does not answer in this time; its calls end with its connection. */
  private static final int PING_SECONDS = 20;

  /** The longest body where none is expected. */
  private static final int NO_BODY_BYTES = 64 << 10;

  /** In which calls that run end by themselves when the port closes; longer ones may be waiting. */
  private static final long MOMENT_MILLIS = 100;

  /** Calls of one connection at one time; clients keep further ones back. */
  private static final int CALLS_AT_ONCE = 1024;

  /** More calls given up in the time than any client needs; each costs us more than its sender. */
  private static final int RESETS = 4000;

  private static final int RESETS_SECONDS = 10;

  private final DoorsConfiguration configuration;
  private final Threads threads;
  private final ChannelGroup httpConnections;
  private final Server shared;
  private final Runnable endWaiting;
  private final ManagementDoor management;

  private Doors(
      DoorsConfiguration configuration,
      Threads threads,
      ChannelGroup httpConnections,
      Server shared,
      Runnable endWaiting,
      ManagementDoor management) {
    this.configuration = configuration;
    this.endWaiting = endWaiting;
    this.threads = threads;
    this.httpConnections = httpConnections;
    this.shared = shared;
    this.management = management;
  }

  /**
   * Builds the doors and binds both ports.
   *
   * @param services of the shared port
   * @param routes HTTP/1.1 on the shared port
   * @param managementRoutes HTTP/1.1 on the management port; see {@link Management}
   * @throws IOException when a port is taken; nothing stays open then
   */
  public static Doors open(
      DoorsConfiguration configuration,
      GrpcServices services,
      HttpRoutes routes,
      HttpRoutes managementRoutes)
      throws IOException {
    return prepare(configuration, services, routes, managementRoutes).open();
  }

  /** The same without binding: most of the work, done while the services cannot answer yet. */
  public static Prepared prepare(
      DoorsConfiguration configuration,
      GrpcServices services,
      HttpRoutes routes,
      HttpRoutes managementRoutes) {
    Threads threads = Threads.make();
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    int bodyLimit = routes.isEmpty() ? NO_BODY_BYTES : configuration.inboundLimitBytes();
    Duration patience = configuration.firstRequestWithin();
    var http = new HttpPipeline(routes, bodyLimit, patience, connections, threads.requests());
    return new Prepared(
        configuration,
        threads,
        connections,
        sharedPort(configuration, services, http, threads.loops()),
        services.endWaiting(),
        managementRoutes);
  }

  /**
   * Of the shared port.
   *
   * @param requests runs HTTP handlers
   */
  private record Threads(EventLoopGroup loops, ExecutorService requests) {
    static Threads make() {
      EventLoopGroup loops =
          new MultiThreadIoEventLoopGroup(
              Math.max(2, Runtime.getRuntime().availableProcessors()),
              new DefaultThreadFactory("door", true),
              NioIoHandler.newFactory());
      EventLoops.mark(loops);
      return new Threads(
          loops, Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()));
    }

    Future<?> stop() {
      requests.shutdownNow();
      return loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** Doors that are built and not bound. To be opened or discarded, once. */
  public static final class Prepared {
    private final DoorsConfiguration configuration;
    private final Threads threads;
    private final ChannelGroup connections;
    private final Server shared;
    private final Runnable endWaiting;
    private final HttpRoutes management;

    private Prepared(
        DoorsConfiguration configuration,
        Threads threads,
        ChannelGroup connections,
        Server shared,
        Runnable endWaiting,
        HttpRoutes management) {
      this.configuration = configuration;
      this.endWaiting = endWaiting;
      this.threads = threads;
      this.connections = connections;
      this.shared = shared;
      this.management = management;
    }

    /**
     * Binds both ports.
     *
     * @throws IOException when a port is taken; nothing stays open then
     */
    public Doors open() throws IOException {
      try {
        shared.start();
        ManagementDoor bound = ManagementDoor.open(configuration, management);
        return new Doors(configuration, threads, connections, shared, endWaiting, bound);
      } catch (IOException | RuntimeException e) {
        discard();
        throw e;
      }
    }

    /** Lets everything go; the ports stay closed. */
    public void discard() {
      shared.shutdownNow();
      threads.stop();
    }
  }

  private static Server sharedPort(
      DoorsConfiguration configuration,
      GrpcServices services,
      HttpPipeline http,
      EventLoopGroup loops) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(configuration.host(), configuration.port()),
                InternalNettyServerCredentials.create(PortSniffer.negotiator(http)))
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .flowControlWindow(AHEAD_BYTES)
            .withChildOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(64, 2048, READ_BYTES))
            .maxConcurrentCallsPerConnection(CALLS_AT_ONCE)
            .maxRstFramesPerWindow(RESETS, RESETS_SECONDS)
            .maxInboundMessageSize(configuration.inboundLimitBytes())
            .keepAliveTime(SILENCE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(configuration.keepAliveAtMost().toNanos(), TimeUnit.NANOSECONDS);
    services.definitions().forEach(builder::addService);
    builder.fallbackHandlerRegistry(services.others());
    services.tracers().forEach(builder::addStreamTracerFactory);
    return builder.build();
  }

  /** The port that gRPC and HTTP/1.1 share. */
  public int port() {
    return shared.getPort();
  }

  public int managementPort() {
    return management.port();
  }

  /** {@code host:port} of the shared port. */
  public String address() {
    return configuration.host() + ":" + port();
  }

  /** {@code host:port} of the management port. */
  public String managementAddress() {
    return management.address();
  }

  /**
   * Stops listening, has calls that wait answered, lets calls in flight end for the configured
   * time, then closes what is left. HTTP/1.1 connections of the shared port are ours to close:
   * grpc's close commands are messages that their pipeline does not know.
   */
  @Override
  public void close() {
    management.close();
    shared.shutdown();
    httpConnections.close().awaitUninterruptibly();
    try {
      if (!shared.awaitTermination(MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
        endWaiting.run();
      }
      if (!shared.awaitTermination(configuration.drain().toNanos(), TimeUnit.NANOSECONDS)) {
        shared.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      shared.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.stop().awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
