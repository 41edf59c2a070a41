package io.elanus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.disk.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreshFolderTest {
  @TempDir private Path parent;

  @Test
  void whatAFailedStartMadeIsGone() throws IOException {
    Path data = parent.resolve("data");
    FreshFolder found = FreshFolder.before(data);
    started(data);
    found.restore();
    assertThat(data).doesNotExist();
  }

  @Test
  void theLogOfTheLauncherStays() throws IOException {
    Files.writeString(parent.resolve("elanus.log"), "why");
    FreshFolder found = FreshFolder.before(parent);
    started(parent);
    found.restore();
    assertThat(parent).isDirectoryContaining("glob:**/elanus.log");
    assertThat(parent.toFile().list()).hasSize(1);
  }

  @Test
  void whatWasThereBeforeIsLeftAlone() throws IOException {
    started(parent);
    FreshFolder.before(parent).restore();
    assertThat(parent.resolve("log/1")).exists();
  }

  @Test
  void aFolderThatIsTakenIsLeftAlone() throws IOException {
    FreshFolder found = FreshFolder.before(parent);
    started(parent);
    try (FolderLock taken = FolderLock.acquire(parent)) {
      found.restore();
      assertThat(parent.resolve("log/1")).exists();
    }
  }

  private static void started(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("log"));
    Files.writeString(folder.resolve("log/1"), "rows");
    FolderLock.acquire(folder).close();
  }
}
