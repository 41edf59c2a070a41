package io.elanus.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class NativePriorityTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void onlyTheThreadThatAsksStepsBack() throws Exception {
    int before = nice();
    CompletableFuture<Integer> asked = new CompletableFuture<>();
    CompletableFuture<Integer> begunByIt = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          NativePriority.stepBack();
          Thread.ofPlatform().start(() -> begunByIt.complete(nice()));
          asked.complete(nice());
        });
    assertThat(asked.get()).isEqualTo(5);
    assertThat(begunByIt.get()).isEqualTo(5);
    assertThat(nice()).isEqualTo(before);
  }

  /** Of the calling thread: proc(5), field 19 of stat, after the name in parentheses. */
  private static int nice() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
