package io.elanus.transport;

import io.elanus.transport.ClusterSecret.Side;
import io.grpc.Status;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client's part of a {@link Greeting}: nothing of a call leaves before the peer has proved
 * itself. What goes wrong ends the connection, and its calls with UNAUTHENTICATED.
 */
final class ClientGreeting extends ByteToMessageDecoder {
  private final Optional<ClusterSecret> secret;
  private final Optional<Function<ByteBufAllocator, SslHandler>> tls;
  private final ProtocolNegotiator plaintext;
  private final GrpcHttp2ConnectionHandler grpc;
  private final byte[] clientNonce = Greeting.nonce();
  private byte[] serverNonce = {};
  private @Nullable Object negotiation;
  private @Nullable Future<?> deadline;
  private boolean failed;

  ClientGreeting(
      Optional<ClusterSecret> secret,
      Optional<Function<ByteBufAllocator, SslHandler>> tls,
      ProtocolNegotiator plaintext,
      GrpcHttp2ConnectionHandler grpc) {
    this.secret = secret;
    this.tls = tls;
    this.plaintext = plaintext;
    this.grpc = grpc;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    tls.ifPresent(
        make -> context.pipeline().addBefore(context.name(), null, make.apply(context.alloc())));
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    deadline =
        context
            .executor()
            .schedule(
                () ->
                    fail(
                        context,
                        Status.UNAVAILABLE.withDescription("the peer did not greet in time")),
                Greeting.PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    if (tls.isEmpty()) {
      greet(context);
    }
    super.channelActive(context);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    switch (event) {
      case ProtocolNegotiationEvent held -> negotiation = held;
      case SslHandshakeCompletionEvent end when end.isSuccess() -> greet(context);
      case SslHandshakeCompletionEvent end -> exceptionCaught(context, end.cause());
      default -> super.userEventTriggered(context, event);
    }
  }

  private void greet(ChannelHandlerContext context) {
    context.writeAndFlush(
        context
            .alloc()
            .buffer()
            .writeBytes(Greeting.MAGIC)
            .writeByte(secret.isPresent() ? Greeting.WITH_SECRET : Greeting.WITHOUT_SECRET)
            .writeBytes(clientNonce));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    switch (in.getByte(in.readerIndex())) {
      case Greeting.GO -> go(context, in);
      case Greeting.REFUSED ->
          Greeting.sentence(in).ifPresent(why -> refused(context, "the peer refused: " + why));
      default -> refused(context, "the peer is no process of this cluster, or has no secret");
    }
  }

  private void go(ChannelHandlerContext context, ByteBuf in) {
    if (secret.isEmpty()) {
      in.skipBytes(1);
      goOn(context);
    } else if (in.readableBytes() > Greeting.NONCE_BYTES) { // as long as a proof
      in.skipBytes(1);
      byte[] told = Greeting.take(in, Greeting.NONCE_BYTES);
      if (serverNonce.length == 0) {
        serverNonce = told;
        byte[] proof = secret.get().proof(Side.CLIENT, clientNonce, serverNonce);
        context.writeAndFlush(context.alloc().buffer(proof.length).writeBytes(proof));
      } else if (secret.get().proves(told, Side.SERVER, clientNonce, serverNonce)) {
        goOn(context);
      } else {
        refused(context, "the peer's secret (cluster.secret) is not the cluster's");
      }
    }
  }

  private void goOn(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    pipeline.addAfter(context.name(), null, plaintext.newHandler(grpc));
    if (negotiation != null) {
      context.fireUserEventTriggered(negotiation);
    }
    pipeline.remove(this);
  }

  private void refused(ChannelHandlerContext context, String why) {
    fail(context, Status.UNAUTHENTICATED.withDescription(why));
  }

  private void fail(ChannelHandlerContext context, Status status) {
    if (!failed) {
      failed = true;
      context.fireExceptionCaught(status.asRuntimeException());
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    Greeting.tlsFailure(failure)
        .ifPresentOrElse(
            why -> refused(context, "TLS with the peer failed, " + why),
            () -> context.fireExceptionCaught(failure));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    fail(context, Status.UNAVAILABLE.withDescription("the peer ended the connection at once"));
    super.channelInactive(context);
  }
}
