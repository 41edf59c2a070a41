package io.elanus.s3;

import java.nio.file.Path;

/** Against versitygw, where it was built. */
final class VersityObjectTest extends S3Contract {
  @Override
  S3Server start(Path folder) throws Exception {
    return S3Server.startSecondOrSkip(folder);
  }
}
