package io.elanus.log;

import io.elanus.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** The local log on a disk that loses what was not forced. */
final class LocalLogTest extends LogContract {
  private static final Path ROOT = Path.of("/data/log");

  private final SimulatedDisk disk = new SimulatedDisk();

  @Override
  protected LogStore open() {
    var options = new LogOptions(32 << 10, 64 << 10, maxRecordBytes(), 32 << 10);
    return LocalLogStore.open(disk, ROOT, options, Runnable::run);
  }

  @Override
  protected int maxRecordBytes() {
    return 8 << 10;
  }

  @Override
  protected void crash(Random random) {
    disk.losePower(random, random.nextBoolean() ? 512 : 4096);
  }

  @Override
  protected void tearTail(int bytes) {
    Path file = lastFile();
    byte[] contents = disk.contents(file);
    int end = contents.length;
    while (contents[end - 1] == 0) {
      end--;
    }
    Arrays.fill(contents, end - bytes, end, (byte) 0);
    disk.replaceContents(file, contents);
  }

  @Override
  protected void damageMiddle() {
    disk.flipBit(disk.list(ROOT.resolve(CHANNEL)).getFirst(), FileHeader.BYTES + 200, 3);
  }

  @Override
  protected boolean hasFaultyDisk() {
    return true;
  }

  @Override
  protected void failNextForce() {
    disk.failForce(1);
  }

  @Override
  protected void fillDisk() {
    disk.limitCapacity(disk.usedBytes() + 1000);
  }

  @Override
  protected void freeDisk() {
    disk.limitCapacity(Long.MAX_VALUE);
  }

  private Path lastFile() {
    return disk.list(ROOT.resolve(CHANNEL)).stream()
        .filter(path -> path.toString().endsWith(".log"))
        .reduce((before, last) -> last)
        .orElseThrow();
  }
}
