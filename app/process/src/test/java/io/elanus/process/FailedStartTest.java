package io.elanus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was opened before a start failed is closed again: a later start in the same JVM works. */
final class FailedStartTest {
  private static final int ROLES = 9;

  @TempDir private Path data;

  /** RocksDB refuses a folder that is open already. */
  private Settings settings() {
    return Settings.defaults()
        .with(Setting.DATA_DIRECTORY, data.toString())
        .with("metadata.type", "rocksdb");
  }

  @Test
  void aStoreThatDoesNotOpenLeavesNoOtherOpen() throws IOException {
    Files.writeString(data.resolve("log"), "in the way");
    assertThatThrownBy(() -> ElanusProcess.start(settings())).isInstanceOf(RuntimeException.class);
    Files.delete(data.resolve("log"));
    ElanusProcess.start(settings()).close();
  }

  @Test
  void aRoleThatCannotBeReachedLeavesNothingOpen() {
    for (int connected = 0; connected < ROLES; connected++) {
      BreakingLink link = new BreakingLink(connected);
      assertThatThrownBy(() -> ElanusProcess.start(settings(), link)).hasMessage("planned");
      assertThat(link.closed).isTrue();
    }
    ElanusProcess.start(settings(), new BreakingLink(ROLES)).close();
  }

  private static final class BreakingLink implements RoleLink {
    private int left;
    private boolean closed;

    BreakingLink(int roles) {
      left = roles;
    }

    @Override
    public <R> R connect(Class<R> role, R target) {
      if (left-- == 0) {
        throw new AssertionError("planned");
      }
      return target;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
