package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderTest {
  @Test
  void aFolderHasOneOwner(@TempDir Path folder) {
    try (Database database = Elanus.open(folder.toString())) {
      assertThat(database.collections()).isEmpty();
      assertThatThrownBy(() -> Elanus.open(folder.toString()))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining(folder.getFileName().toString());
    }
  }
}
