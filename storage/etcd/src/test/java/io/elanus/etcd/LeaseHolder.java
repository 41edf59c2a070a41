package io.elanus.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elanus.metadata.Lease;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process of its own that holds a lease, and says so line by line, to be killed or paused. */
final class LeaseHolder {
  private LeaseHolder() {}

  /** The endpoint, the prefix, the key and the seconds of the lease; prints what it believes. */
  public static void main(String[] arguments) throws InterruptedException {
    var store = EtcdMetadataStore.open(EtcdOptions.of(List.of(arguments[0]), arguments[1]));
    var ttl = Duration.ofSeconds(Long.parseLong(arguments[3]));
    Lease lease = store.lease(arguments[2], "holder".getBytes(UTF_8), ttl);
    while (true) {
      System.out.println(lease.held());
      Thread.sleep(5);
    }
  }

  static Process start(String endpoint, String prefix, String key, Duration ttl) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            LeaseHolder.class.getName(),
            endpoint,
            prefix,
            key,
            String.valueOf(ttl.toSeconds()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Reads until the process believes that it holds. */
  static void awaitHeld(BufferedReader said) throws Exception {
    for (String line = said.readLine(); !"true".equals(line); line = said.readLine()) {
      if (line == null) {
        throw new IllegalStateException("the holder ended");
      }
    }
  }
}
