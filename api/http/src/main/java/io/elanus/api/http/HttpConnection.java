package io.elanus.api.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The requests of one connection, answered in their order: a pipelined request waits, and the
 * socket is not read, while its predecessor is being answered. Fields belong to the event loop.
 */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = System.getLogger(HttpConnection.class.getName());

  private final HttpRoutes routes;
  private final Executor requests;
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private boolean busy;

  private record Pending(HttpRequest request, boolean keepAlive) {}

  HttpConnection(HttpRoutes routes, Executor requests) {
    this.routes = routes;
    this.requests = requests;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
    if (!message.decoderResult().isSuccess()) {
      write(context, HttpResponse.error(400, "malformed request"), false);
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(message);
    HttpRequest request;
    try {
      request = translate(message, isLocal(context));
    } catch (IllegalArgumentException e) {
      write(context, HttpResponse.error(400, "malformed path or query"), keepAlive);
      return;
    }
    waiting.add(new Pending(request, keepAlive));
    if (!busy) {
      next(context);
    }
  }

  private void next(ChannelHandlerContext context) {
    Pending pending = waiting.poll();
    busy = pending != null;
    context.channel().config().setAutoRead(pending == null);
    if (pending == null) {
      return;
    }
    requests.execute(() -> {
      HttpResponse response = answer(pending.request());
      context
          .executor()
          .execute(() -> {
            write(context, response, pending.keepAlive());
            next(context);
          });
    });
  }

  private HttpResponse answer(HttpRequest request) {
    try {
      return routes.find(request.method(), request.path()).handle(request);
    } catch (Throwable e) { // an error, too: without an answer the connection would hang
      LOG.log(Level.ERROR, "request failed: path=" + request.path(), e);
      return HttpResponse.error(500, "internal error");
    }
  }

  private static void write(
      ChannelHandlerContext context, HttpResponse response, boolean keepAlive) {
    ChannelFuture written = context.writeAndFlush(message(response, keepAlive));
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  static FullHttpResponse message(HttpResponse response, boolean keepAlive) {
    FullHttpResponse message =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(response.status()),
            Unpooled.wrappedBuffer(response.body()));
    message.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
    message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
    HttpUtil.setKeepAlive(message, keepAlive);
    return message;
  }

  /** The part from the path on; proxies' clients send the whole address (RFC 9112, 3.2.2). */
  private static String origin(String target) {
    int authority = target.startsWith("/") ? -1 : target.indexOf("://");
    if (authority < 0) {
      return target;
    }
    int path = authority + 3;
    while (path < target.length() && "/?#".indexOf(target.charAt(path)) < 0) {
      path++;
    }
    String rest = target.substring(path);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static boolean isLocal(ChannelHandlerContext context) {
    return context.channel().remoteAddress() instanceof InetSocketAddress peer
        && peer.getAddress().isLoopbackAddress();
  }

  private static HttpRequest translate(FullHttpRequest message, boolean local) {
    String sent = origin(message.uri());
    QueryStringDecoder target = new QueryStringDecoder(sent);
    Map<String, String> query = new HashMap<>();
    for (Map.Entry<String, List<String>> parameter : target.parameters().entrySet()) {
      query.put(parameter.getKey(), parameter.getValue().getFirst());
    }
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, String> header : message.headers()) {
      headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    return new HttpRequest(
        local,
        message.method().name(),
        sent,
        target.path(),
        query,
        headers,
        ByteBufUtil.getBytes(message.content()));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException || cause instanceof PrematureChannelClosureException) {
      LOG.log(Level.DEBUG, "a client left in the middle", cause);
    } else {
      LOG.log(Level.WARNING, "connection closed by an error", cause);
    }
    context.close();
  }
}
