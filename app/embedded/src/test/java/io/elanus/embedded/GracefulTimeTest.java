package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.process.ElanusProcess;
import io.elanus.process.RoleLink;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Proxy;
import io.elanus.schema.Metric;
import io.elanus.schema.Timestamps;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code read.graceful.time} from the setting to what a Bounded read sees. A proxy never reads
 * behind its own writes, so the rows are written by a process before the one that reads. Nor does
 * it read behind its start: the grace only tells how much later it may stay there.
 */
final class GracefulTimeTest {
  private static final Proxy.ReadLevel BOUNDED = new Proxy.ReadLevel(false, Consistency.BOUNDED, 2);

  @TempDir Path folder;

  /** Of the process that reads: long after the rows were written. */
  private final HandClock clock = new HandClock(Instant.parse("2100-01-01T00:00:00Z"));

  @BeforeEach
  void writeThreeRows() {
    try (Database database = Elanus.open(folder.toString())) {
      database
          .create(CollectionSpec.named("texts").longKey("id").vector("v", 2, Metric.L2))
          .insert(List.of(row(1), row(2), row(3)));
    }
  }

  private static Row row(long id) {
    return Row.of("id", id, "v", new float[] {id, 0});
  }

  @Test
  void aBoundedReadAfterARestartSeesWhatWasAcknowledged() {
    try (ElanusProcess process = restarted("20m")) {
      Proxy.QueryAnswer bounded = count(process, BOUNDED);
      assertThat(rows(bounded)).isEqualTo(3);
      clock.pass(Duration.ofMinutes(19));
      assertThat(count(process, BOUNDED).timestamp())
          .as("what the proxy saw then is within the grace")
          .isEqualTo(bounded.timestamp());
      clock.pass(Duration.ofMinutes(2));
      assertThat(count(process, BOUNDED).timestamp())
          .as("it is not any more")
          .isEqualTo(Timestamps.of(clock.millis() - Duration.ofMinutes(20).toMillis(), 0));
    }
  }

  @Test
  void withoutGraceABoundedReadIsOfNow() {
    try (ElanusProcess process = restarted("0s")) {
      count(process, BOUNDED);
      assertThatTheNextBoundedReadIsOfNow(process);
    }
  }

  @Test
  void aBoundedReadNeverLagsBehindTheRetention() {
    try (ElanusProcess process = restarted("20m", "0s")) {
      count(process, BOUNDED);
      assertThatTheNextBoundedReadIsOfNow(process);
    }
  }

  private void assertThatTheNextBoundedReadIsOfNow(ElanusProcess process) {
    clock.pass(Duration.ofSeconds(1));
    Proxy.QueryAnswer bounded = count(process, BOUNDED);
    assertThat(bounded.timestamp()).isEqualTo(Timestamps.of(clock.millis(), 0));
    assertThat(rows(bounded)).isEqualTo(3);
  }

  private ElanusProcess restarted(String grace) {
    return restarted(grace, Setting.RETENTION.defaultText());
  }

  private ElanusProcess restarted(String grace, String retention) {
    return ElanusProcess.start(
        Settings.defaults()
            .with(Setting.DATA_DIRECTORY, folder.toString())
            .with(Setting.RETENTION, retention)
            .with(Setting.GRACEFUL_TIME, grace),
        RoleLink.DIRECT,
        clock);
  }

  private static Proxy.QueryAnswer count(ElanusProcess process, Proxy.ReadLevel level) {
    return process
        .proxy()
        .query(
            new Proxy.QueryRequest(
                Catalogue.DEFAULT_DATABASE,
                "texts",
                List.of(),
                "",
                Map.of(),
                Map.of(),
                List.of("count(*)"),
                level));
  }

  private static long rows(Proxy.QueryAnswer answer) {
    return (long) answer.outputs().getFirst().column().value(0);
  }
}
