package io.elanus.transport;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.channel.ChannelHandler;
import io.netty.util.AsciiString;
import java.util.Optional;

/** Begins connections to one peer with TLS and a greeting, where they are asked for. */
final class ClientNegotiator implements ProtocolNegotiator {
  private static final int NO_DEFAULT_PORT = 1;

  private final Trust trust;
  private final Optional<Tls> tls;
  private final String host;
  private final int port;
  private final ProtocolNegotiator plaintext = InternalProtocolNegotiators.plaintext();

  private ClientNegotiator(Trust trust, String host, int port) {
    this.trust = trust;
    this.tls = trust.certificates().map(Tls::of);
    this.host = host;
    this.port = port;
  }

  static InternalProtocolNegotiator.ClientFactory factory(Trust trust, String host, int port) {
    var negotiator = new ClientNegotiator(trust, host, port);
    return new InternalProtocolNegotiator.ClientFactory() {
      @Override
      public ProtocolNegotiator newNegotiator() {
        return negotiator;
      }

      @Override
      public int getDefaultPort() {
        return NO_DEFAULT_PORT;
      }
    };
  }

  @Override
  public AsciiString scheme() {
    return plaintext.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    return trust.inAnybody()
        ? plaintext.newHandler(grpc)
        : new ClientGreeting(
            trust.secret(),
            tls.map(some -> allocator -> some.client(allocator, host, port)),
            plaintext,
            grpc);
  }

  @Override
  public void close() {
    plaintext.close();
  }
}
