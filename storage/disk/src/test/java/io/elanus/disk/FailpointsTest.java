package io.elanus.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FailpointsTest {
  @AfterEach
  void disarm() {
    Failpoints.disarm();
  }

  /** Dies at the second hit. */
  public static final class Victim {
    public static void main(String[] arguments) {
      Failpoints.hit("log.append.beforeSync");
      System.out.println("once");
      Failpoints.hit("log.append.beforeSync");
      System.out.println("twice");
    }
  }

  @Test
  void throwsAtTheNthHitOnly() {
    Failpoints.arm("log.append.beforeSync:throw:2,log.append.afterSync:throw");
    Failpoints.hit("log.append.beforeSync");
    assertThatThrownBy(() -> Failpoints.hit("log.append.beforeSync"))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("failpoint=log.append.beforeSync");
    Failpoints.hit("log.append.beforeSync");
    assertThatThrownBy(() -> Failpoints.hit("log.append.afterSync"))
        .isInstanceOf(ElanusException.class);
  }

  @Test
  void haltsTheProcessByProperty() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process victim =
        new ProcessBuilder(
                java,
                "-Delanus.failpoint=log.append.beforeSync:halt:2",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(victim.inputReader().readAllLines()).containsExactly("once");
    assertThat(victim.waitFor()).isEqualTo(137);
  }

  @Test
  void pausesUntilDisarmed() throws InterruptedException {
    Failpoints.arm("log.append.beforeSync:pause");
    Thread paused = Thread.ofPlatform().start(() -> Failpoints.hit("log.append.beforeSync"));
    while (paused.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    Failpoints.disarm();
    paused.join();
  }

  @Test
  void nonsenseIsRefused() {
    for (String wrong :
        List.of("", "log.append.beforeSync", "no.such.place:halt", "tso.afterBound:explode")) {
      assertThatThrownBy(() -> Failpoints.arm(wrong)).isInstanceOf(ElanusException.class);
    }
    Failpoints.arm("tso.afterBound:throw");
    assertThatThrownBy(() -> Failpoints.hit("not.in.the.list")).isInstanceOf(AssertionError.class);
  }
}
