package io.elanus.api.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The HTTP/1.1 side of a connection, the same on both ports.
 *
 * @param routes what is served
 * @param bodyLimitBytes a longer body is answered 413 and ends the connection
 * @param firstRequestWithin see {@link FirstRequest}
 * @param connections every connection of this kind, so that a shutdown can close them
 * @param requests runs the handlers; one thread per request
 */
record HttpPipeline(
    HttpRoutes routes,
    int bodyLimitBytes,
    Duration firstRequestWithin,
    ChannelGroup connections,
    Executor requests) {

  /** Adds the handlers at the end of {@code channel}'s pipeline. */
  void addTo(Channel channel) {
    connections.add(channel);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(new HttpServerCodec());
    pipeline.addLast(new FirstRequest(firstRequestWithin));
    pipeline.addLast(new HttpContentCompressor());
    pipeline.addLast(new HttpBodies(bodyLimitBytes));
    pipeline.addLast(new HttpConnection(routes, requests));
  }
}
