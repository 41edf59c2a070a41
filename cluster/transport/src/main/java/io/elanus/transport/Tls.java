package io.elanus.transport;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Handlers of TLS connections where both sides show a certificate. Files that have changed are read
 * anew for the next connection; while they cannot be, the last ones go on.
 */
final class Tls {
  private static final System.Logger LOG = System.getLogger(Tls.class.getName());
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private final Certificates files;
  private Contexts contexts;

  private record Contexts(List<FileTime> written, SslContext server, SslContext client) {}

  private Tls(Certificates files) throws IOException {
    this.files = files;
    this.contexts = read(files, written(files));
  }

  /**
   * @throws ElanusException INVALID_PARAMETER when a file cannot be used
   */
  static Tls of(Certificates files) {
    try {
      return new Tls(files);
    } catch (IOException | IllegalArgumentException unfit) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER,
          "the certificates of the process cannot be used, " + unfit.getMessage(),
          unfit);
    }
  }

  private static List<FileTime> written(Certificates files) throws IOException {
    return List.of(
        Files.getLastModifiedTime(readable(files.certificate())),
        Files.getLastModifiedTime(readable(files.key())),
        Files.getLastModifiedTime(readable(files.authority())));
  }

  private static Path readable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + " is not there or may not be read");
    }
    return file;
  }

  private static Contexts read(Certificates files, List<FileTime> written) throws SSLException {
    SslContext server =
        SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
            .sslProvider(SslProvider.JDK)
            .protocols(PROTOCOLS)
            .trustManager(files.authority().toFile())
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    SslContext client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols(PROTOCOLS)
            .keyManager(files.certificate().toFile(), files.key().toFile())
            .trustManager(files.authority().toFile())
            .build();
    return new Contexts(written, server, client);
  }

  private synchronized Contexts contexts() {
    try {
      List<FileTime> now = written(files);
      if (!now.equals(contexts.written())) {
        contexts = read(files, now);
        LOG.log(INFO, "certificates were read anew, {0}", files.certificate());
      }
    } catch (IOException | IllegalArgumentException unfit) {
      LOG.log(WARNING, "changed certificates cannot be used yet: {0}", unfit.getMessage());
    }
    return contexts;
  }

  SslHandler server(ByteBufAllocator allocator) {
    return contexts().server().newHandler(allocator);
  }

  /** The peer's certificate must name the host. */
  SslHandler client(ByteBufAllocator allocator, String host, int port) {
    SSLEngine engine = contexts().client().newEngine(allocator, host, port);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return new SslHandler(engine);
  }
}
