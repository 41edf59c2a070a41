package io.elanus.s3;

import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.servers.S3Server;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Writes an object of 200 MB and copies it back, in a process of its own with a small heap. */
final class LargeObject {
  private static final int STEP_BYTES = 100_000;
  private static final int STEPS = 2_000;

  private LargeObject() {}

  /** Endpoint and the file to copy to. */
  public static void main(String[] arguments) throws Exception {
    S3Options options =
        S3Options.ofBucket(S3Server.BUCKET)
            .withEndpoint(URI.create(arguments[0]))
            .withCredentials(TestS3.CREDENTIALS)
            .withPrefix("large/");
    Path copy = Path.of(arguments[1]);
    try (ObjectStore store = S3ObjectStore.open(options)) {
      try (ObjectWriter writer = store.create("object")) {
        var random = new Random(1);
        byte[] step = new byte[STEP_BYTES];
        for (int i = 0; i < STEPS; i++) {
          random.nextBytes(step);
          writer.write(ByteBuffer.wrap(step));
        }
        check(writer.commit(), "committed");
      }
      store.copyTo("object", copy);
      store.delete("object");
    }
    var random = new Random(1);
    byte[] expected = new byte[STEP_BYTES];
    try (InputStream file = new BufferedInputStream(Files.newInputStream(copy), STEP_BYTES)) {
      for (int i = 0; i < STEPS; i++) {
        random.nextBytes(expected);
        check(Arrays.equals(expected, file.readNBytes(STEP_BYTES)), "equal");
      }
      check(file.read() < 0, "of equal length");
    }
    System.out.println("copied " + Files.size(copy) + " bytes");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not " + what);
    }
  }
}
