package io.elanus.embedded.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.embedded.CollectionSpec;
import io.elanus.embedded.Database;
import io.elanus.embedded.Elanus;
import io.elanus.embedded.Row;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Proxy;
import io.elanus.schema.Metric;
import io.elanus.schema.Timestamps;
import java.nio.file.Path;
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
      // what the proxy saw then is within the grace
      assertThat(count(process, BOUNDED).timestamp()).isEqualTo(bounded.timestamp());
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

  private static void assertThatTheNextBoundedReadIsOfNow(ElanusProcess process) {
    long seen = System.currentTimeMillis();
    while (System.currentTimeMillis() == seen) {
      Thread.onSpinWait();
    }
    long before = System.currentTimeMillis();
    Proxy.QueryAnswer bounded = count(process, BOUNDED);
    long after = System.currentTimeMillis();
    assertThat(Timestamps.physicalMillis(bounded.timestamp())).isBetween(before, after);
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
            .with(Setting.GRACEFUL_TIME, grace));
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
