package io.elanus.rocksdb;

import io.elanus.log.LogContract;
import io.elanus.log.LogStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

final class RocksLogTest extends LogContract {
  @TempDir Path temporary;

  private int lives;

  private Path folder() {
    return temporary.resolve("log" + lives);
  }

  @Override
  protected LogStore open() {
    return RocksLogStore.open(folder(), maxRecordBytes());
  }

  @Override
  protected int maxRecordBytes() {
    return 8 << 10;
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
