package io.elanus.api.http;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The management port of a process: health and metrics over HTTP/1.1, on threads of its own, so
 * that it answers while all others are busy. Whatever is no GET passes the {@link ChangeGuard}. Its
 * handlers run on two platform threads: virtual ones share the processors with searches, in turns
 * that nobody ends for them. All that a process without a proxy opens to the outside.
 */
public final class ManagementDoor implements AutoCloseable {
  /** No route of this port takes a body. */
  private static final int BODY_BYTES = 64 << 10;

  private static final int THREADS = 2; // a scrape does not hold up a probe

  private final DoorsConfiguration configuration;
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("management", true), NioIoHandler.newFactory());
  private final ExecutorService probes =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("probe-", 0).factory());
  private final Channel channel;

  private ManagementDoor(DoorsConfiguration configuration, HttpRoutes routes) throws IOException {
    this.configuration = configuration;
    var http =
        new HttpPipeline(
            routes.guardedBy(configuration.changes()),
            BODY_BYTES,
            configuration.firstRequestWithin(),
            connections,
            probes);
    var address =
        new InetSocketAddress(configuration.managementHost(), configuration.managementPort());
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    http.addTo(accepted);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop();
      throw new IOException("cannot listen on " + address, bound.cause());
    }
    channel = bound.channel();
  }

  /**
   * Binds the port.
   *
   * @param routes see {@link Management}
   * @throws IOException when it is taken; nothing stays open then
   */
  public static ManagementDoor open(DoorsConfiguration configuration, HttpRoutes routes)
      throws IOException {
    return new ManagementDoor(configuration, routes);
  }

  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** {@code host:port}. */
  public String address() {
    return configuration.managementHost() + ":" + port();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    stop();
  }

  private void stop() {
    probes.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
