package io.elanus.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServerUriTest {
  @Test
  void theShortestFormIsEnough() {
    assertThat(ServerUri.parse("http://host"))
        .isEqualTo(
            new ServerUri(
                false, "host", 19_530, "", "default", Duration.ofSeconds(60), Optional.empty()));
    assertThat(ServerUri.parse("https://host/").port()).isEqualTo(443);
    assertThat(ServerUri.parse("http://[::1]:7").address()).isEqualTo("::1:7");
  }

  @Test
  void everythingMayBeSaid() {
    assertThat(ServerUri.parse("https://anna:a%2Fb@host:1/texts?timeout=1.5&ca=a%20b.pem"))
        .isEqualTo(
            new ServerUri(
                true,
                "host",
                1,
                "anna:a/b",
                "texts",
                Duration.ofMillis(1500),
                Optional.of(Path.of("a b.pem"))));
    assertThat(ServerUri.parse("http://token@host").identity()).isEqualTo("token");
    assertThat(ServerUri.parse("http://token@host").toString()).doesNotContain("token");
  }

  @Test
  void pathsAreNoServers() {
    assertThat(ServerUri.is("http://host")).isTrue();
    assertThat(ServerUri.is("httpd/data")).isFalse();
    assertThatThrownBy(() -> ServerUri.parse("http://host?timeout=soon"))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("timeout");
  }
}
