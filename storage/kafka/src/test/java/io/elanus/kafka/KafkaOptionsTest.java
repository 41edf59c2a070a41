package io.elanus.kafka;

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
import org.junit.jupiter.api.Test;

/** Defaults, refusals, and that secrets are not told. */
final class KafkaOptionsTest {
  private static final String SECRET = "correct-horse-battery";

  private static final Map<String, String> WITH_SECRET =
      Map.of(
          "security.protocol",
          "SASL_PLAINTEXT",
          "sasl.mechanism",
          "PLAIN",
          "sasl.jaas.config",
          "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"elanus\""
              + " password=\""
              + SECRET
              + "\";");

  @Test
  void theDefaults() {
    assertThat(KafkaOptions.of("a:1,b:2", "elanus-"))
        .hasToString(
            "KafkaOptions[bootstrapServers=a:1,b:2, topicPrefix=elanus-,"
                + " Topics[replication=-1, minInSyncReplicas=-1],"
                + " Timeouts[delivery=PT30S, request=PT10S], compression=none,"
                + " maxRecordBytes=8388608, client=[]]");
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    KafkaOptions options = KafkaOptions.of("a:1", "elanus-");
    assertInvalid(() -> KafkaOptions.of("a:1", "a/b"));
    assertInvalid(() -> KafkaOptions.of("a:1", ""));
    assertInvalid(() -> KafkaOptions.of("a:1", "a".repeat(49)));
    assertInvalid(() -> options.withMaxRecordBytes(0));
    assertInvalid(() -> new KafkaOptions.Topics((short) 0, 1));
    assertInvalid(() -> new KafkaOptions.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertInvalid(() -> KafkaLogStore.open(KafkaOptions.of("nowhere", "elanus-")));
  }

  private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
  }

  /** Whatever Kafka's clients log, down to the finest, while they try in vain. */
  @Test
  void secretsAreNeitherPrintedNorLogged() throws Exception {
    KafkaOptions options =
        KafkaOptions.of("127.0.0.1:1", "elanus-")
            .withClient(WITH_SECRET)
            .with(new KafkaOptions.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(500)));
    assertThat(options.toString()).contains("sasl.jaas.config").doesNotContain(SECRET);
    List<String> logged =
        logged(() -> {
          try (LogStore store = KafkaLogStore.open(options)) {
            assertThatThrownBy(() -> store.open("channel"))
                .isInstanceOf(ElanusException.class)
                .message()
                .doesNotContain(SECRET);
          }
        });
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains(SECRET));
  }

  /** A sentence of Kafka's about a setting shows its value. */
  @Test
  void aRefusalDoesNotTellTheSecret() {
    KafkaOptions options =
        KafkaOptions.of("127.0.0.1:1", "elanus-").withClient(Map.of("security.protocol", SECRET));
    assertThatThrownBy(() -> KafkaLogStore.open(options))
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
              assertThat(failure).hasNoCause();
              assertThat(failure.getMessage()).contains("security.protocol").doesNotContain(SECRET);
            });
  }

  private interface Action {
    void run() throws Exception;
  }

  private static List<String> logged(Action action) throws Exception {
    Logger root = Logger.getLogger("");
    Logger kafka = Logger.getLogger("org.apache.kafka");
    Level before = kafka.getLevel();
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
    kafka.setLevel(Level.ALL);
    try {
      action.run();
    } finally {
      kafka.setLevel(before);
      root.removeHandler(handler);
    }
    return lines;
  }
}
