package io.elanus.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second process that opens the folder is refused; a second JVM plays it. */
final class FolderLockTest {
  @TempDir Path folder;

  /** The other process: takes the lock, says so, and holds it until its input ends. */
  public static final class Holder {
    public static void main(String[] arguments) throws IOException {
      try (FolderLock lock = FolderLock.acquire(Path.of(arguments[0]))) {
        System.out.println("held");
        while (System.in.read() >= 0) {}
      }
    }
  }

  @Test
  void aSecondProcessIsRefusedAndAKilledOneDoesNotBlock() throws Exception {
    Process holder = startHolder();
    try (BufferedReader output = holder.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("held");
      assertRefused(String.valueOf(holder.pid()));
      assertThat(FolderLock.isHeldElsewhere(folder)).isTrue();
      assertRefused(String.valueOf(holder.pid()));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("LOCK")).exists();
    assertThat(FolderLock.isHeldElsewhere(folder)).isFalse();
    FolderLock.acquire(folder).close();
  }

  @Test
  void nobodyHoldsAFolderWithoutALock() {
    assertThat(FolderLock.isHeldElsewhere(folder)).isFalse();
    assertThat(FolderLock.isHeldElsewhere(folder.resolve("missing"))).isFalse();
  }

  @Test
  void oneProcessHoldsAFolderOnce() throws IOException {
    try (FolderLock lock = FolderLock.acquire(folder)) {
      assertRefused(String.valueOf(ProcessHandle.current().pid()));
      assertThat(FolderLock.isHeldElsewhere(folder)).isFalse();
      Path link = Files.createSymbolicLink(folder.resolveSibling("link-to-it"), folder);
      assertThatThrownBy(() -> FolderLock.acquire(link)).isInstanceOf(ElanusException.class);
      Files.delete(link);
      lock.close();
    }
    FolderLock.acquire(folder).close();
  }

  @Test
  void whatADeadOwnerLeftDoesNotMatter() throws IOException {
    Files.writeString(folder.resolve("LOCK"), "not a number, and long".repeat(100));
    try (FolderLock lock = FolderLock.acquire(folder)) {
      assertThat(lock).isNotNull();
      assertThat(folder.resolve("LOCK")).hasContent(ProcessHandle.current().pid() + "\n");
    }
  }

  private void assertRefused(String pid) {
    assertThatThrownBy(() -> FolderLock.acquire(folder))
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(failure.getMessage())
                  .contains("in use by another process")
                  .contains("folder=" + folder)
                  .contains("pid=" + pid);
            });
  }

  private Process startHolder() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
