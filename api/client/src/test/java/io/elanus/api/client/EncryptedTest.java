package io.elanus.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.ConnectResponse;
import io.elanus.api.milvus.proto.MilvusServiceGrpc;
import io.elanus.schema.ElanusException;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server behind TLS, with a certificate that signs itself. */
final class EncryptedTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @Test
  void theServersCertificateIsJudged(@TempDir Path folder) throws Exception {
    KeyStore keys = keys(folder.resolve("keys.p12"));
    Path certificate = pem(folder, "CERTIFICATE", keys.getCertificate("own").getEncoded());
    Path key = pem(folder, "PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded());
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .useTransportSecurity(certificate.toFile(), key.toFile())
            .addService(
                new MilvusServiceGrpc.MilvusServiceImplBase() {
                  @Override
                  public void connect(
                      ConnectRequest request, StreamObserver<ConnectResponse> observer) {
                    observer.onNext(ConnectResponse.getDefaultInstance());
                    observer.onCompleted();
                  }
                })
            .build()
            .start();
    try {
      String uri = "https://127.0.0.1:" + server.getPort() + "?timeout=2";
      try (var requests = RemoteRequests.open(ServerUri.parse(uri + "&ca=" + certificate))) {
        assertThat(requests.database()).isEqualTo("default");
      }
      assertThatThrownBy(
              () -> RemoteRequests.open(ServerUri.parse(uri.replace("timeout=2", "timeout=0.3"))))
          .as("the JVM does not trust it")
          .isInstanceOf(ElanusException.class);
    } finally {
      server.shutdownNow();
    }
  }

  private static KeyStore keys(Path store)
      throws IOException, InterruptedException, GeneralSecurityException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String arguments =
        "-genkeypair -alias own -keyalg EC -dname CN=elanus -ext san=ip:127.0.0.1 -ext bc:c"
            + " -storetype PKCS12 -storepass password -keystore ";
    Process process =
        new ProcessBuilder((keytool + " " + arguments + store).split(" ")).inheritIO().start();
    assertThat(process.waitFor()).isZero();
    return KeyStore.getInstance(store.toFile(), PASSWORD);
  }

  private static Path pem(Path folder, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        folder.resolve(kind.replace(' ', '-') + ".pem"),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
