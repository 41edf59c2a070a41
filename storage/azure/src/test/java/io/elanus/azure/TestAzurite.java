package io.elanus.azure;

import io.elanus.servers.AzuriteServer;
import io.elanus.servers.ServerLibraries;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The server of this room's tests. */
final class TestAzurite {
  private TestAzurite() {}

  /** Running, with a container; a test that cannot have it is skipped. */
  static AzuriteServer start(Path folder) throws Exception {
    return switch (ServerLibraries.prepare("azurite")) {
      case ServerLibraries.Missing missing -> Assumptions.abort(missing.reason());
      case ServerLibraries.Ready ready -> {
        AzuriteServer server =
            AzuriteServer.create(
                ready.folder(), Files.createDirectories(folder.resolve("azurite")));
        server.createContainer();
        yield server;
      }
    };
  }

  static AzureOptions options(AzuriteServer server) {
    return AzureOptions.of(
        AzuriteServer.CONTAINER,
        Optional.of(URI.create(server.endpoint())),
        new AzureCredentials.AccountKey(AzuriteServer.ACCOUNT, AzuriteServer.KEY));
  }
}
