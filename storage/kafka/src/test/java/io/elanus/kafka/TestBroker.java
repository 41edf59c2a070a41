package io.elanus.kafka;

import io.elanus.servers.KafkaBroker;
import io.elanus.servers.ServerLibraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;

/** The one broker of all tests; they tell their topics apart by a prefix. */
final class TestBroker {
  /** Kept, or the level would be forgotten: a restart is told of by hundreds of warnings. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private static KafkaBroker broker;

  private TestBroker() {}

  /** Running; a test that cannot have it is skipped. */
  static synchronized KafkaBroker get() throws IOException, InterruptedException {
    KAFKA.setLevel(Level.SEVERE);
    if (broker == null) {
      switch (ServerLibraries.prepare("kafka")) {
        case ServerLibraries.Missing missing -> Assumptions.abort(missing.reason());
        case ServerLibraries.Ready ready -> create(ready.folder());
      }
    }
    if (!broker.isRunning()) {
      broker.start();
    }
    return broker;
  }

  private static void create(Path libraries) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("elanus-kafka");
    broker = KafkaBroker.create(libraries, folder);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
  }

  private static void remove(Path folder) {
    try {
      broker.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Running or not, once it was asked for. */
  static synchronized KafkaBroker asItIs() {
    return broker;
  }

  static String newPrefix() {
    return "test-" + UUID.randomUUID() + "-";
  }

  /** Waits that are long enough for a restart of the broker. */
  static KafkaOptions options(String prefix) throws IOException, InterruptedException {
    return KafkaOptions.of(get().bootstrapServers(), prefix)
        .with(new KafkaOptions.Timeouts(Duration.ofSeconds(120), Duration.ofSeconds(10)))
        // After a restart ask again soon.
        .withClient(Map.of("reconnect.backoff.max.ms", "200", "retry.backoff.max.ms", "200"));
  }
}
