package io.elanus.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** Certificates that sign themselves, made by the JDK's keytool, in PEM files. */
final class TestCertificates {
  private static final char[] PASSWORD = "password".toCharArray();

  private TestCertificates() {}

  /** For a host, which is a name or an address; the authority is the certificate itself. */
  static Certificates selfSigned(Path folder, String name, String host) {
    try {
      Path store = folder.resolve(name + ".p12");
      keytool(store, host);
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
      Path certificate =
          pem(folder, name + ".crt", "CERTIFICATE", keys.getCertificate("own").getEncoded());
      Path key =
          pem(folder, name + ".key", "PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded());
      return new Certificates(certificate, key, certificate);
    } catch (IOException | GeneralSecurityException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void keytool(Path store, String host) throws IOException {
    String alternative = Character.isDigit(host.charAt(0)) ? "ip:" + host : "dns:" + host;
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-dname",
                "CN=elanus",
                "-ext",
                "san=" + alternative,
                "-ext",
                "bc:c",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    try {
      assertThat(keytool.waitFor()).isZero();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static Path pem(Path folder, String name, String kind, byte[] content)
      throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
