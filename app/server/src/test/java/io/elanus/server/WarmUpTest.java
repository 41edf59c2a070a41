package io.elanus.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.http.Meters;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WarmUpTest {
  @Test
  void playsAgainstAScratchServerAndLeavesNothing(@TempDir Path data) throws IOException {
    Path leftover = Files.createDirectories(data.resolve("warm-up/objects"));
    Files.writeString(leftover.resolve("cut-off"), "by a kill");
    Settings settings = Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString());
    AtomicInteger rounds = new AtomicInteger();
    WarmUp.play(settings, () -> rounds.incrementAndGet() < 40);
    assertThat(rounds).hasValueGreaterThanOrEqualTo(40);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void waitsWhileCallsComeInAndEndsWhenTheyKeepComing() {
    MeterRegistry meters = Meters.registry();
    Counter calls =
        Counter.builder("milvus_proxy_req_count").tag("status", "total").register(meters);
    AtomicInteger pauses = new AtomicInteger();
    Quiet quiet = new Quiet(meters, 3, pauses::incrementAndGet);
    assertThat(quiet.getAsBoolean()).isTrue();
    assertThat(pauses).hasValue(0);
    calls.increment();
    assertThat(quiet.getAsBoolean()).as("one call, then silence").isTrue();
    assertThat(pauses).hasValue(1);
    for (int i = 0; i < 2; i++) {
      calls.increment();
      assertThat(quiet.getAsBoolean()).isTrue();
    }
    calls.increment();
    assertThat(quiet.getAsBoolean()).as("a fourth one").isFalse();
    assertThat(pauses).hasValue(3);
  }

  @Test
  void stopsAtOnce(@TempDir Path data) {
    Settings settings = Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString());
    WarmUp.begin(settings, () -> true).stop();
    assertThat(data).isEmptyDirectory();
  }
}
