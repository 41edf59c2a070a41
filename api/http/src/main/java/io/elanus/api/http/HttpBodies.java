package io.elanus.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of a request. A too long one is answered 413 as JSON; then the connection is
 * ours no more: what the client still sends is dropped for a moment, so that it reads the answer
 * instead of a reset, and the connection closed.
 */
final class HttpBodies extends HttpObjectAggregator {
  private static final long LEAVE_SECONDS = 2;

  HttpBodies(int limitBytes) {
    super(limitBytes, true);
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    context.pipeline().addFirst(new Dropped());
    context
        .writeAndFlush(tooLarge())
        .addListener(written -> {
          if (context.channel() instanceof DuplexChannel duplex && written.isSuccess()) {
            duplex.shutdownOutput();
          } else {
            context.close();
          }
        });
    var leave = context.executor().schedule(() -> context.close(), LEAVE_SECONDS, TimeUnit.SECONDS);
    context.channel().closeFuture().addListener(closed -> leave.cancel(false));
  }

  /** For a client that asks before it sends. */
  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object answer = super.newContinueResponse(start, maxContentLength, pipeline);
    if (answer instanceof FullHttpResponse response && response.status().code() == 413) {
      response.release();
      return tooLarge();
    }
    return answer;
  }

  private FullHttpResponse tooLarge() {
    return HttpConnection.message(
        HttpResponse.error(413, "the body is longer than " + maxContentLength() + " bytes"), false);
  }

  private static final class Dropped extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
