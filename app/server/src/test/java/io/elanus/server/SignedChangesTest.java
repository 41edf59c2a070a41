package io.elanus.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.http.ChangeGuard;
import io.elanus.api.http.DoorsConfiguration;
import io.elanus.api.http.HttpRequest;
import io.elanus.api.http.HttpResponse;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.ManagementDoor;
import io.elanus.transport.ClusterSecret;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may change something at the management port, on a real socket. */
final class SignedChangesTest {
  private static final ClusterSecret SECRET =
      ClusterSecret.of("what only we know, and nobody else");
  private static final ClusterSecret OTHER = ClusterSecret.of("what only others know, we do not");
  private static final InstantSource NOW = InstantSource.fixed(Instant.ofEpochSecond(1_000_000));
  private static final String TARGET = "/drain?node_id=7";
  private static final HttpRoutes ROUTES =
      HttpRoutes.builder()
          .get("/nodes", request -> HttpResponse.text(200, "seven"))
          .post("/drain", request -> HttpResponse.text(200, "drained"))
          .build();

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void withASecretAChangeIsSigned() throws Exception {
    try (ManagementDoor door = door(new SignedChanges(SECRET, NOW))) {
      assertThat(get(door, "/nodes")).isEqualTo(200);
      assertThat(post(door, TARGET, "")).isEqualTo(403);
      assertThat(post(door, TARGET, "Bearer what only we know, and nobody else")).isEqualTo(403);
      assertThat(post(door, TARGET, signed(OTHER, NOW))).isEqualTo(403);
      String header = signed(SECRET, NOW);
      assertThat(header).doesNotContain("what only");
      assertThat(post(door, TARGET.replace('7', '8'), header)).isEqualTo(403);
      assertThat(post(door, TARGET, header)).isEqualTo(200);
      assertThat(post(door, TARGET, header)).as("a second time").isEqualTo(403);
      assertThat(post(door, TARGET, signed(SECRET, NOW))).isEqualTo(200);
      InstantSource longAgo = InstantSource.fixed(NOW.instant().minusSeconds(61));
      assertThat(post(door, TARGET, signed(SECRET, longAgo))).isEqualTo(403);
    }
  }

  @Test
  void withoutASecretAChangeComesFromThisMachine() throws Exception {
    try (ManagementDoor door = door(ChangeGuard.LOCAL)) {
      assertThat(post(door, TARGET, "")).isEqualTo(200);
    }
    var fromElsewhere =
        new HttpRequest(false, "POST", TARGET, "/drain", Map.of(), Map.of(), new byte[0]);
    assertThat(ChangeGuard.LOCAL.refuses(fromElsewhere)).isPresent();
  }

  private static String signed(ClusterSecret secret, InstantSource clock) {
    return SignedChanges.sign(secret, clock, "POST", TARGET, new byte[0]);
  }

  private static ManagementDoor door(ChangeGuard guard) throws Exception {
    return ManagementDoor.open(
        DoorsConfiguration.defaults().withPorts(0, 0).withChanges(guard), ROUTES);
  }

  private int get(ManagementDoor door, String target) throws Exception {
    return client.send(request(door, target).build(), reading()).statusCode();
  }

  private int post(ManagementDoor door, String target, String authorization) throws Exception {
    var request = request(door, target).POST(java.net.http.HttpRequest.BodyPublishers.noBody());
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), reading()).statusCode();
  }

  private static java.net.http.HttpRequest.Builder request(ManagementDoor door, String target) {
    return java.net.http.HttpRequest.newBuilder(URI.create("http://" + door.address() + target))
        .version(HttpClient.Version.HTTP_1_1);
  }

  private static java.net.http.HttpResponse.BodyHandler<String> reading() {
    return java.net.http.HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8);
  }
}
