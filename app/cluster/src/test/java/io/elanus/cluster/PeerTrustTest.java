package io.elanus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.transport.Certificates;
import io.elanus.transport.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerTrustTest {
  private static final Settings DEFAULTS = Settings.defaults();
  private static final String WORDS = "what only we know, and nobody else";

  @Test
  void withoutSettingsAnybodyIsTrusted() {
    assertThat(PeerTrust.of(DEFAULTS, Optional.empty())).isEqualTo(Trust.ANYBODY);
    assertThat(PeerTrust.of(DEFAULTS, Optional.of(" "))).isEqualTo(Trust.ANYBODY);
  }

  @Test
  void theSecretComesFromASettingAFileOrTheEnvironment(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), WORDS + "\n");
    Settings fromFile = DEFAULTS.with("cluster.secret.file", file.toString());
    assertThat(PeerTrust.of(fromFile, Optional.empty()).secret()).isPresent();
    assertThat(PeerTrust.of(DEFAULTS, Optional.of(WORDS)).secret()).isPresent();
    Settings direct = DEFAULTS.with("cluster.secret", WORDS);
    assertThat(PeerTrust.of(direct, Optional.of("short")).secret()).isPresent();
    Settings twice = fromFile.with("cluster.secret", WORDS);
    assertThatThrownBy(() -> PeerTrust.of(twice, Optional.empty()))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("not both");
    Settings missing = DEFAULTS.with("cluster.secret.file", folder.resolve("none").toString());
    assertThatThrownBy(() -> PeerTrust.of(missing, Optional.empty()))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("none");
  }

  @Test
  void allFilesOfTlsAreGivenOrNone() {
    Settings some = DEFAULTS.with("node.tls.cert", "a").with("node.tls.ca", "c");
    assertThatThrownBy(() -> PeerTrust.of(some, Optional.empty()))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("missing is node.tls.key");
    assertThat(PeerTrust.of(some.with("node.tls.key", "b"), Optional.empty()).certificates())
        .contains(new Certificates(Path.of("a"), Path.of("b"), Path.of("c")));
  }
}
