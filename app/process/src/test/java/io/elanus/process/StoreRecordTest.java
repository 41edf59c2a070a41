package io.elanus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.disk.SimulatedDisk;
import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreRecordTest {
  @TempDir Path data;

  @Test
  void aFolderKeepsItsStores() throws IOException {
    Settings files = Settings.defaults().with(Setting.DATA_DIRECTORY, data.toString());
    ElanusProcess.start(files).close();
    List<String> before = tree();
    for (String key : List.of("log.type", "metadata.type")) {
      for (String type : List.of("rocksdb", "memory")) {
        assertThatThrownBy(() -> ElanusProcess.start(files.with(key, type)))
            .isInstanceOf(ElanusException.class)
            .hasMessageContaining("written with other stores")
            .hasMessageContaining(key.replace(".type", "") + "=" + type);
      }
    }
    assertThat(tree()).isEqualTo(before);
    ElanusProcess.start(files).close();
  }

  @Test
  void theRecordSurvivesPowerLoss() {
    Path root = Path.of("/data");
    SimulatedDisk disk = new SimulatedDisk();
    disk.createFolders(root);
    StoreRecord.check(disk, root, StoreType.FILES, StoreType.FILES, StoreType.FILES);
    disk.losePower(new Random(1), 512);
    StoreRecord.check(disk, root, StoreType.FILES, StoreType.FILES, StoreType.FILES);
    assertThatThrownBy(() ->
            StoreRecord.check(disk, root, StoreType.ROCKSDB, StoreType.FILES, StoreType.FILES))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("log=files");
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.map(path -> data.relativize(path).toString()).sorted().toList();
    }
  }
}
