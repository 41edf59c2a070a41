package io.elanus.rocksdb;

import io.elanus.metadata.MetadataContract;
import io.elanus.metadata.MetadataStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

final class RocksMetadataTest extends MetadataContract {
  @TempDir Path temporary;

  private int lives;

  private Path folder() {
    return temporary.resolve("metadata" + lives);
  }

  @Override
  protected MetadataStore open() {
    return RocksMetadataStore.open(folder());
  }

  @Override
  protected void crash(Random random) throws IOException {
    Path before = folder();
    lives++;
    RocksFiles.copy(before, folder());
    store.close();
  }

  @Override
  protected void tearTail(int bytes) throws IOException {
    RocksFiles.tearTail(folder(), bytes);
  }

  @Override
  protected void damageMiddle() throws IOException {
    RocksFiles.damageMiddle(folder());
  }
}
