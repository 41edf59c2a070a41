package io.elanus.pulsar;

import io.elanus.servers.PulsarBroker;
import io.elanus.servers.ServerLibraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;

/**
 * The one broker of all tests; they tell their topics apart by a prefix. It takes 768 MiB at most
 * beside its classes, and has three minutes to start.
 */
final class TestBroker {
  /** Kept, or the level would be forgotten: a restart is told of by hundreds of warnings. */
  private static final Logger PULSAR = Logger.getLogger("org.apache.pulsar");

  /** Ledgers are full so soon that every longer log has several. */
  private static final String[] SMALL_LEDGERS = {
    "managedLedgerMaxEntriesPerLedger=100", "managedLedgerMinLedgerRolloverTimeMinutes=0"
  };

  private static PulsarBroker broker;

  private TestBroker() {}

  /** Running; a test that cannot have it is skipped. */
  static synchronized PulsarBroker get() throws IOException, InterruptedException {
    PULSAR.setLevel(Level.SEVERE);
    if (broker == null) {
      switch (ServerLibraries.prepare("pulsar")) {
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
    Path folder = Files.createTempDirectory("elanus-pulsar");
    broker = PulsarBroker.create(libraries, folder, SMALL_LEDGERS);
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

  static String newPrefix() {
    return "test-" + UUID.randomUUID() + "-";
  }

  /** Waits that are long enough for a restart of the broker. */
  static PulsarOptions options(String prefix) throws IOException, InterruptedException {
    PulsarBroker running = get();
    return PulsarOptions.of(running.serviceUrl(), running.adminUrl(), prefix)
        .with(new PulsarOptions.Timeouts(Duration.ofSeconds(120), Duration.ofSeconds(10)));
  }
}
