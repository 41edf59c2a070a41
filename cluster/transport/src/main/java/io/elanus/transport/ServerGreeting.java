package io.elanus.transport;

import io.elanus.transport.ClusterSecret.Side;
import io.grpc.Attributes;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's part of a {@link Greeting}. A peer that begins with HTTP/2 though it should greet
 * may go on as far as its first call, which {@link RefusedCalls} answers with the reason.
 */
final class ServerGreeting extends ByteToMessageDecoder {
  /** Why the calls of a connection are refused; absent: they are not. */
  static final Attributes.Key<String> REFUSED = Attributes.Key.create("refused");

  private static final int HELLO_BYTES = Greeting.MAGIC.length + 1 + Greeting.NONCE_BYTES;

  private final Trust trust;
  private final boolean encrypted;
  private final Refusals refusals;
  private final ProtocolNegotiator plaintext;
  private final GrpcHttp2ConnectionHandler grpc;
  private final ProtocolNegotiationEvent negotiation;
  private byte[] clientNonce = {};
  private byte[] serverNonce = {};
  private @Nullable Future<?> deadline;

  /**
   * @param encrypted whether this is inside TLS
   * @param negotiation grpc-java's event, which its handler waits for
   */
  ServerGreeting(
      Trust trust,
      boolean encrypted,
      Refusals refusals,
      ProtocolNegotiator plaintext,
      GrpcHttp2ConnectionHandler grpc,
      ProtocolNegotiationEvent negotiation) {
    this.trust = trust;
    this.encrypted = encrypted;
    this.refusals = refusals;
    this.plaintext = plaintext;
    this.grpc = grpc;
    this.negotiation = negotiation;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> refuse(context, "it did not greet in time"),
                Greeting.PATIENCE_SECONDS,
                TimeUnit.SECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent end && !end.isSuccess()) {
      refusals.add(context.channel(), "TLS failed, " + end.cause().getMessage());
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    context.close();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (serverNonce.length > 0) {
      proof(context, in);
    } else if (in.getByte(in.readerIndex()) == 'P') {
      withoutGreeting(context);
    } else if (in.getByte(in.readerIndex()) != Greeting.MAGIC[0]) {
      refuse(context, "it is no process of a cluster");
    } else if (in.readableBytes() >= HELLO_BYTES) {
      hello(context, in);
    }
  }

  private Optional<String> missingTls() {
    return trust.certificates().isPresent() && !encrypted
        ? Optional.of("the processes of this cluster speak TLS, and the caller does not")
        : Optional.empty();
  }

  private Optional<String> missingSecret() {
    return trust
        .secret()
        .map(secret -> "this cluster has a secret (cluster.secret), and the caller has none");
  }

  /** HTTP/2 at once: what a peer does that trusts anybody. */
  private void withoutGreeting(ChannelHandlerContext context) {
    Optional<String> reason = missingTls().or(this::missingSecret);
    reason.ifPresent(why -> refusals.add(context.channel(), why));
    goOn(context, reason);
  }

  private void hello(ChannelHandlerContext context, ByteBuf in) {
    if (!Arrays.equals(Greeting.take(in, Greeting.MAGIC.length), Greeting.MAGIC)) {
      refuse(context, "its greeting is of another version");
      return;
    }
    boolean hasSecret = in.readByte() == Greeting.WITH_SECRET;
    clientNonce = Greeting.take(in, Greeting.NONCE_BYTES);
    Optional<String> reason =
        missingTls()
            .or(() -> hasSecret ? Optional.empty() : missingSecret())
            .or(() ->
                hasSecret && trust.secret().isEmpty()
                    ? Optional.of("the caller has a secret (cluster.secret), and this one has none")
                    : Optional.empty());
    if (reason.isPresent()) {
      refuse(context, reason.get());
    } else if (hasSecret) {
      serverNonce = Greeting.nonce();
      context.writeAndFlush(
          context
              .alloc()
              .buffer(1 + Greeting.NONCE_BYTES)
              .writeByte(Greeting.GO)
              .writeBytes(serverNonce));
    } else {
      context.writeAndFlush(context.alloc().buffer(1).writeByte(Greeting.GO));
      goOn(context, Optional.empty());
    }
  }

  private void proof(ChannelHandlerContext context, ByteBuf in) {
    if (in.readableBytes() < ClusterSecret.PROOF_BYTES) {
      return;
    }
    ClusterSecret secret = trust.secret().orElseThrow();
    byte[] proof = Greeting.take(in, ClusterSecret.PROOF_BYTES);
    if (!secret.proves(proof, Side.CLIENT, clientNonce, serverNonce)) {
      refuse(context, "the caller's secret (cluster.secret) is not the cluster's");
      return;
    }
    context.writeAndFlush(
        context
            .alloc()
            .buffer(1 + ClusterSecret.PROOF_BYTES)
            .writeByte(Greeting.GO)
            .writeBytes(secret.proof(Side.SERVER, clientNonce, serverNonce)));
    goOn(context, Optional.empty());
  }

  private void refuse(ChannelHandlerContext context, String why) {
    refusals.add(context.channel(), why);
    context
        .writeAndFlush(Greeting.refusal(context.alloc(), why))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void goOn(ChannelHandlerContext context, Optional<String> reason) {
    ChannelPipeline pipeline = context.pipeline();
    pipeline.addAfter(context.name(), null, plaintext.newHandler(grpc));
    Attributes.Builder attributes =
        InternalProtocolNegotiationEvent.getAttributes(negotiation).toBuilder();
    reason.ifPresent(why -> attributes.set(REFUSED, why));
    context.fireUserEventTriggered(
        InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes.build()));
    pipeline.remove(this);
  }
}
