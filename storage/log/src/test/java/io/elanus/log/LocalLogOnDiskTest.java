package io.elanus.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.disk.LocalDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local log on the files of the operating system; a crash is a store that nobody closes. */
final class LocalLogOnDiskTest extends LogContract {
  @TempDir Path folder;

  @Override
  protected LogStore open() {
    var options = new LogOptions(32 << 10, 64 << 10, maxRecordBytes(), 32 << 10);
    return LocalLogStore.open(new LocalDisk(), folder, options, Runnable::run);
  }

  @Override
  protected int maxRecordBytes() {
    return 8 << 10;
  }

  @Test
  void largePayloadsOutsideOfTheHeapComeBack() {
    List<ByteBuffer> payloads =
        List.of(direct(5), direct(700_001), direct(0), direct(262_145), direct(300));
    var options = new LogOptions(64 << 10, 4 << 20, 1 << 20, 512 << 10);
    Path root = folder.resolve("large");
    try (LogStore first = LocalLogStore.open(new LocalDisk(), root, options, Runnable::run)) {
      first.open(CHANNEL).append(1, payloads);
      first.open(CHANNEL).append(1, payloads);
    }
    try (LogStore again = LocalLogStore.open(new LocalDisk(), root, options, Runnable::run)) {
      Log log = again.open(CHANNEL);
      try (LogReader reader = log.read(log.firstPosition())) {
        for (int i = 0; i < 2 * payloads.size(); i++) {
          assertThat(reader.next().orElseThrow().payload())
              .isEqualTo(payloads.get(i % payloads.size()));
        }
        assertThat(reader.next()).isEmpty();
      }
    }
  }

  private static ByteBuffer direct(int bytes) {
    byte[] random = new byte[bytes];
    new Random(bytes).nextBytes(random);
    return ByteBuffer.allocateDirect(bytes).put(random).flip();
  }

  @Override
  protected void crash(Random random) {}

  @Override
  protected void tearTail(int bytes) throws IOException {
    try (var file = new RandomAccessFile(logFile(false).toFile(), "rw")) {
      long end = file.length();
      do {
        file.seek(--end);
      } while (file.read() == 0);
      file.setLength(end + 1 - bytes);
    }
  }

  @Override
  protected void damageMiddle() throws IOException {
    try (var file = new RandomAccessFile(logFile(true).toFile(), "rw")) {
      file.seek(FileHeader.BYTES + 200);
      file.write(1);
    }
  }

  private Path logFile(boolean first) throws IOException {
    try (var files = Files.list(folder.resolve(CHANNEL))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .sorted()
          .reduce((one, other) -> first ? one : other)
          .orElseThrow();
    }
  }
}
