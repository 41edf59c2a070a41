package io.elanus.pulsar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.LogStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Defaults, refusals, and that secrets are not told. */
final class PulsarOptionsTest {
  private static final String SECRET = "correct-horse-battery";
  private static final String NOWHERE = "pulsar://127.0.0.1:1";
  private static final String NO_WEB = "http://127.0.0.1:1";

  @Test
  void theDefaults() {
    assertThat(PulsarOptions.of("pulsar://a:1", "http://a:2", "elanus."))
        .hasToString(
            "PulsarOptions[serviceUrl=pulsar://a:1, adminUrl=http://a:2,"
                + " namespace=public/default, topicPrefix=elanus.,"
                + " Timeouts[delivery=PT30S, request=PT10S], maxRecordBytes=5177344, client=[]]");
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    PulsarOptions options = PulsarOptions.of(NOWHERE, NO_WEB, "elanus.");
    assertInvalid(() -> PulsarOptions.of(NOWHERE, NO_WEB, "a/b"));
    assertInvalid(() -> PulsarOptions.of(NOWHERE, NO_WEB, ""));
    assertInvalid(() -> PulsarOptions.of(NOWHERE, NO_WEB, "__a"));
    assertInvalid(() -> PulsarOptions.of(NOWHERE, NO_WEB, "a".repeat(49)));
    assertInvalid(() -> options.in("public"));
    assertInvalid(() -> options.in("persistent://public/default"));
    assertInvalid(() -> new PulsarOptions.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertInvalid(() -> PulsarLogStore.open(options.withMaxRecordBytes(0)));
    assertInvalid(() -> PulsarLogStore.open(PulsarOptions.of("nowhere", NO_WEB, "elanus.")));
  }

  private static void assertInvalid(ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
  }

  /** Whatever Pulsar's clients log, down to the finest, while they try in vain. */
  @Test
  void secretsAreNeitherPrintedNorLogged() throws Exception {
    PulsarOptions options =
        PulsarOptions.of(NOWHERE, NO_WEB, "elanus.")
            .withClient(
                Map.of(
                    "authPluginClassName",
                    "org.apache.pulsar.client.impl.auth.AuthenticationToken",
                    "authParams",
                    "token:" + SECRET))
            .with(new PulsarOptions.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(500)));
    assertThat(options.toString()).contains("authParams").doesNotContain(SECRET);
    List<String> logged =
        logged(() -> {
          try (LogStore store = PulsarLogStore.open(options)) {
            assertThat(store.reachable(Duration.ofMillis(500))).isFalse();
            assertThatThrownBy(() -> store.open("channel"))
                .isInstanceOf(ElanusException.class)
                .message()
                .doesNotContain(SECRET);
          }
        });
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains(SECRET));
  }

  private interface Action {
    void run() throws Exception;
  }

  private static List<String> logged(Action action) throws Exception {
    Logger root = Logger.getLogger("");
    Logger pulsar = Logger.getLogger("org.apache.pulsar");
    Level before = pulsar.getLevel();
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          private final SimpleFormatter formatter = new SimpleFormatter();

          @Override
          public void publish(LogRecord line) {
            lines.add(formatter.format(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    pulsar.setLevel(Level.ALL);
    try {
      action.run();
    } finally {
      pulsar.setLevel(before);
      root.removeHandler(handler);
    }
    return lines;
  }
}
