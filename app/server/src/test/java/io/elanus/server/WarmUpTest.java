package io.elanus.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.api.http.Meters;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
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
  void takesLittleOfTheDiskUnderANameOfItsOwn(@TempDir Path data) throws IOException {
    Settings settings = Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString());
    List<Path> logFiles = new ArrayList<>();
    AtomicLong bytes = new AtomicLong();
    AtomicInteger rounds = new AtomicInteger();
    WarmUp.play(
        settings,
        () -> {
          try (Stream<Path> files = Files.walk(data.resolve("warm-up/log"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
              logFiles.add(file);
              bytes.accumulateAndGet(file.toFile().length(), Math::max);
            }
          } catch (IOException | UncheckedIOException rolling) {
            return true;
          }
          return rounds.incrementAndGet() < 10;
        });
    assertThat(logFiles).isNotEmpty();
    assertThat(logFiles).allSatisfy(f -> assertThat(f.toString()).doesNotContain("elanus-dml"));
    assertThat(bytes).hasValueLessThan(4L << 20);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void endsAtTheFirstFailureAndLeavesNothing(@TempDir Path data) {
    Settings settings = Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString());
    assertThatThrownBy(() ->
            WarmUp.play(
                settings,
                () -> {
                  throw new UncheckedIOException(new IOException("No space left on device"));
                }))
        .hasMessageContaining("No space left");
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void keepsAwayFromADiskThatIsAlmostFull(@TempDir Path data) throws IOException {
    Settings settings = Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString());
    AtomicInteger rounds = new AtomicInteger();
    WarmUp.play(settings, Long.MAX_VALUE, () -> rounds.incrementAndGet() < 40);
    assertThat(rounds).hasValue(0);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void removesWhatAKillLeft(@TempDir Path data) throws IOException {
    Files.writeString(
        Files.createDirectories(data.resolve("warm-up/objects")).resolve("cut-off"), "by a kill");
    WarmUp.removeLeftover(Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString()));
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
