package io.elanus.api.http;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the first three bytes of a connection who speaks: {@code PRI} begins the HTTP/2
 * preface and belongs to gRPC once all of it is there, everything else goes to the HTTP/1.1
 * pipeline. No HTTP/1.1 method begins with these letters.
 *
 * <p>grpc-java fires a negotiation event when the handler is added, before the first byte; it is
 * held here and fired again once grpc's own handler is in place, because without it the connection
 * would be reset. For HTTP/1.1 the handlers that grpc had put behind us are removed.
 */
final class PortSniffer extends ByteToMessageDecoder {
  private static final Class<?> NEGOTIATION_EVENT =
      ((Object) InternalProtocolNegotiationEvent.getDefault()).getClass();

  /** A batch of rows comes in a few frames, not in hundreds of 16 KiB, which cost more than it. */
  private static final int FRAME_BYTES = 64 << 10;

  private static final int PREFACE_BYTES = 24; // RFC 9113, section 3.4

  private final ProtocolNegotiator plaintext;
  private final GrpcHttp2ConnectionHandler grpc;
  private final HttpPipeline http;
  private final FirstRequest firstRequest;
  private @Nullable Object negotiationEvent;

  private PortSniffer(
      ProtocolNegotiator plaintext, GrpcHttp2ConnectionHandler grpc, HttpPipeline http) {
    this.plaintext = plaintext;
    this.grpc = grpc;
    this.http = http;
    this.firstRequest = new FirstRequest(http.firstRequestWithin());
  }

  /** The negotiator that puts a sniffer before each connection of the shared port. */
  static ProtocolNegotiator negotiator(HttpPipeline http) {
    ProtocolNegotiator plaintext = InternalProtocolNegotiators.serverPlaintext();
    return new ProtocolNegotiator() {
      @Override
      public AsciiString scheme() {
        return plaintext.scheme();
      }

      @Override
      public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return new PortSniffer(plaintext, grpc, http);
      }

      @Override
      public void close() {
        plaintext.close();
      }
    };
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    context.pipeline().addBefore(context.name(), null, firstRequest);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (NEGOTIATION_EVENT.isInstance(event)) {
      negotiationEvent = event;
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 3) {
      return;
    }
    int at = in.readerIndex();
    if (in.getByte(at) == 'P' && in.getByte(at + 1) == 'R' && in.getByte(at + 2) == 'I') {
      if (in.readableBytes() >= PREFACE_BYTES) {
        context.pipeline().remove(firstRequest);
        continueAsGrpc(context);
      }
    } else {
      context.pipeline().remove(firstRequest);
      continueAsHttp(context);
    }
  }

  private void continueAsGrpc(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    pipeline.addAfter(context.name(), null, plaintext.newHandler(grpc));
    if (negotiationEvent != null) {
      context.fireUserEventTriggered(negotiationEvent);
    }
    allowLargeFrames(pipeline.context(grpc));
    pipeline.remove(this);
  }

  /** A second SETTINGS frame: grpc-java has no option for it in its first one. */
  private void allowLargeFrames(@Nullable ChannelHandlerContext context) {
    if (context != null) {
      Http2Settings larger = new Http2Settings().maxFrameSize(FRAME_BYTES);
      grpc.encoder().writeSettings(context, larger, context.newPromise());
      context.flush();
    }
  }

  private void continueAsHttp(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    while (pipeline.last() != this) {
      pipeline.removeLast();
    }
    http.addTo(context.channel());
    pipeline.remove(this);
  }
}
