package io.elanus.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that is opened and then says nothing, or not enough. Goes with its timer when
 * the head of the first HTTP/1.1 request is there; {@link PortSniffer} removes it when HTTP/2 is
 * spoken, where pings find out who is gone.
 */
final class FirstRequest extends ChannelInboundHandlerAdapter {
  private final Duration limit;
  private @Nullable Future<?> timer;

  FirstRequest(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        context.executor().schedule(() -> context.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest) {
      context.pipeline().remove(this);
    }
    context.fireChannelRead(message);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
