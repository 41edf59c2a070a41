package io.elanus.gcs;

import io.elanus.servers.GcsServer;
import io.elanus.servers.ServerLibraries;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The server of this room's tests. */
final class TestGcs {
  private TestGcs() {}

  /** Running; a test that cannot have it is skipped. */
  static GcsServer start(Path folder) throws Exception {
    return switch (ServerLibraries.prepare("gcs")) {
      case ServerLibraries.Missing missing -> Assumptions.abort(missing.reason());
      case ServerLibraries.Ready ready ->
          GcsServer.create(ready.folder(), Files.createDirectories(folder.resolve("gcs")));
    };
  }

  static GcsOptions options(GcsServer server) {
    return GcsOptions.ofBucket(GcsServer.BUCKET)
        .withEndpoint(URI.create(server.endpoint()))
        .withCredentials(new GcsCredentials.None());
  }
}
