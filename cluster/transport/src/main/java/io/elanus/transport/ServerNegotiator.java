package io.elanus.transport;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;

/** Decides from the first byte of a connection whether it is TLS, then has the peer greet. */
final class ServerNegotiator implements ProtocolNegotiator {
  private static final byte TLS_HANDSHAKE = 0x16; // RFC 8446, section 5.1

  /** A fatal alert {@code handshake_failure}, which a TLS client understands. */
  private static final byte[] NO_TLS_HERE = {0x15, 3, 3, 0, 2, 2, 40};

  private final Trust trust;
  private final Optional<Tls> tls;
  private final Refusals refusals;
  private final ProtocolNegotiator plaintext = InternalProtocolNegotiators.serverPlaintext();

  ServerNegotiator(Trust trust, Refusals refusals) {
    this.trust = trust;
    this.tls = trust.certificates().map(Tls::of);
    this.refusals = refusals;
  }

  @Override
  public AsciiString scheme() {
    return plaintext.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    return new FirstByte(grpc);
  }

  @Override
  public void close() {
    plaintext.close();
  }

  /** grpc-java fires its event when the handler is added; it is held for the greeting. */
  private final class FirstByte extends ByteToMessageDecoder {
    private final GrpcHttp2ConnectionHandler grpc;
    private ProtocolNegotiationEvent negotiation = InternalProtocolNegotiationEvent.getDefault();

    FirstByte(GrpcHttp2ConnectionHandler grpc) {
      this.grpc = grpc;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (event instanceof ProtocolNegotiationEvent negotiated) {
        negotiation = negotiated;
      } else {
        super.userEventTriggered(context, event);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      boolean encrypted = in.getByte(in.readerIndex()) == TLS_HANDSHAKE;
      if (encrypted && tls.isEmpty()) {
        in.skipBytes(in.readableBytes());
        refusals.add(context.channel(), "the caller speaks TLS, and this process does not");
        context
            .writeAndFlush(Unpooled.wrappedBuffer(NO_TLS_HERE))
            .addListener(ChannelFutureListener.CLOSE);
        return;
      }
      ChannelPipeline pipeline = context.pipeline();
      pipeline.addAfter(
          context.name(),
          null,
          new ServerGreeting(trust, encrypted, refusals, plaintext, grpc, negotiation));
      if (encrypted) {
        pipeline.addAfter(context.name(), null, tls.orElseThrow().server(context.alloc()));
      }
      pipeline.remove(this);
    }
  }
}
