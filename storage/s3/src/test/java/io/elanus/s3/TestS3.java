package io.elanus.s3;

import io.elanus.servers.S3Server;
import io.elanus.servers.ServerLibraries;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The servers of this room's tests; a test that cannot have them is skipped. */
final class TestS3 {
  static final S3Credentials CREDENTIALS =
      new S3Credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty());

  private TestS3() {}

  static S3Server start(Path folder) throws Exception {
    return switch (ServerLibraries.prepare("s3")) {
      case ServerLibraries.Missing missing -> Assumptions.abort(missing.reason());
      case ServerLibraries.Ready ready -> S3Server.create(ready.folder(), folder);
    };
  }

  /** Where somebody built it, which takes minutes. */
  static S3Server startVersity(Path folder) throws Exception {
    Path program = ServerLibraries.root().resolve("build/servers/versitygw");
    Assumptions.assumeTrue(
        Files.isDirectory(program), "versitygw is not there; testing/servers/versitygw builds it");
    return S3Server.createVersity(program, folder);
  }

  static S3Options options(S3Server server) {
    return S3Options.ofBucket(S3Server.BUCKET)
        .withEndpoint(URI.create(server.endpoint()))
        .withCredentials(CREDENTIALS);
  }
}
