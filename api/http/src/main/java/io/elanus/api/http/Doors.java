package io.elanus.api.http;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The open ports of a process: gRPC and HTTP/1.1 on one, health and metrics on the other. Both use
 * the same event loops, pipeline and router.
 *
 * <p>gRPC runs on direct executors, that is, on the event loops: a service hands over to a thread
 * of its own whatever may wait (see {@link EventLoops#afterRead}). HTTP handlers run on virtual
 * threads.
 */
public final class Doors implements AutoCloseable {
  /** What a client may send ahead, so that a usual batch of rows never waits for leave. */
  private static final int WINDOW_BYTES = 4 << 20;

  private final DoorsConfiguration configuration;
  private final EventLoopGroup loops;
  private final ExecutorService requests;
  private final ChannelGroup httpConnections;
  private final Server shared;
  private final Channel management;

  private Doors(
      DoorsConfiguration configuration,
      EventLoopGroup loops,
      ExecutorService requests,
      ChannelGroup httpConnections,
      Server shared,
      Channel management) {
    this.configuration = configuration;
    this.loops = loops;
    this.requests = requests;
    this.httpConnections = httpConnections;
    this.shared = shared;
    this.management = management;
  }

  /**
   * Builds the doors and binds both ports.
   *
   * @param services of the shared port, interceptors already around them
   * @param routes HTTP/1.1 on the shared port
   * @param managementRoutes HTTP/1.1 on the management port; see {@link Management}
   * @throws IOException when a port is taken; nothing stays open then
   */
  public static Doors open(
      DoorsConfiguration configuration,
      List<ServerServiceDefinition> services,
      HttpRoutes routes,
      HttpRoutes managementRoutes)
      throws IOException {
    return prepare(configuration, services, routes, managementRoutes).open();
  }

  /** The same without binding: most of the work, done while the services cannot answer yet. */
  public static Prepared prepare(
      DoorsConfiguration configuration,
      List<ServerServiceDefinition> services,
      HttpRoutes routes,
      HttpRoutes managementRoutes) {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("door", true), NioIoHandler.newFactory());
    EventLoops.mark(loops);
    ExecutorService requests =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    int limit = configuration.inboundLimitBytes();
    var http = new HttpPipeline(routes, limit, connections, requests);
    var managementHttp = new HttpPipeline(managementRoutes, limit, connections, requests);
    return new Prepared(
        configuration,
        loops,
        requests,
        connections,
        sharedPort(configuration, services, http, loops),
        managementPort(managementHttp, loops));
  }

  /** Doors that are built and not bound. To be opened or discarded, once. */
  public static final class Prepared {
    private final DoorsConfiguration configuration;
    private final EventLoopGroup loops;
    private final ExecutorService requests;
    private final ChannelGroup connections;
    private final Server shared;
    private final ServerBootstrap management;

    private Prepared(
        DoorsConfiguration configuration,
        EventLoopGroup loops,
        ExecutorService requests,
        ChannelGroup connections,
        Server shared,
        ServerBootstrap management) {
      this.configuration = configuration;
      this.loops = loops;
      this.requests = requests;
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
        Channel bound = bindManagement();
        return new Doors(configuration, loops, requests, connections, shared, bound);
      } catch (IOException | RuntimeException e) {
        discard();
        throw e;
      }
    }

    private Channel bindManagement() throws IOException {
      var address =
          new InetSocketAddress(configuration.managementHost(), configuration.managementPort());
      var bound = management.bind(address).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new IOException("cannot listen on " + address, bound.cause());
      }
      return bound.channel();
    }

    /** Lets everything go; the ports stay closed. */
    public void discard() {
      shared.shutdownNow();
      requests.shutdownNow();
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static Server sharedPort(
      DoorsConfiguration configuration,
      List<ServerServiceDefinition> services,
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
            .flowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(configuration.inboundLimitBytes())
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(configuration.keepAliveAtMost().toNanos(), TimeUnit.NANOSECONDS);
    services.forEach(builder::addService);
    return builder.build();
  }

  private static ServerBootstrap managementPort(HttpPipeline http, EventLoopGroup loops) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                http.addTo(channel);
              }
            });
  }

  /** The port that gRPC and HTTP/1.1 share. */
  public int port() {
    return shared.getPort();
  }

  public int managementPort() {
    return ((InetSocketAddress) management.localAddress()).getPort();
  }

  /** {@code host:port} of the shared port. */
  public String address() {
    return configuration.host() + ":" + port();
  }

  /** {@code host:port} of the management port. */
  public String managementAddress() {
    return configuration.managementHost() + ":" + managementPort();
  }

  /**
   * Stops listening, lets calls in flight end for the configured time, then closes what is left.
   * HTTP/1.1 connections of the shared port are ours to close: grpc's close commands are messages
   * that their pipeline does not know.
   */
  @Override
  public void close() {
    management.close().awaitUninterruptibly();
    shared.shutdown();
    httpConnections.close().awaitUninterruptibly();
    try {
      if (!shared.awaitTermination(configuration.drain().toNanos(), TimeUnit.NANOSECONDS)) {
        shared.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      shared.shutdownNow();
      Thread.currentThread().interrupt();
    }
    requests.shutdownNow();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
