package io.elanus.s3;

import io.elanus.servers.S3Server;
import java.nio.file.Path;

/** Against versitygw, where it was built. */
final class VersityObjectTest extends S3Contract {
  @Override
  S3Server start(Path folder) throws Exception {
    return TestS3.startVersity(folder);
  }
}
