package io.elanus.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalDiskTest extends DiskContract {
  @TempDir Path folder;

  private final LocalDisk disk = new LocalDisk();

  @Override
  Disk disk() {
    return disk;
  }

  @Override
  Path root() {
    return folder;
  }

  @Test
  void linksAreForeignAndNotFollowed() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "secret");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThat(disk.kind(link)).isEqualTo(Disk.Kind.FOREIGN);
    assertThatThrownBy(() -> disk.open(link, Disk.Mode.READ)).isInstanceOf(ElanusException.class);
    disk.delete(link);
    assertThat(target).hasContent("secret");
  }

  @Test
  void anInterruptInTheMiddleOfWorkIsSurvived() throws Exception {
    try (DiskFile file = disk.open(folder.resolve("file"), Disk.Mode.CREATE)) {
      ByteBuffer page = ByteBuffer.allocate(1 << 16);
      Thread worker =
          Thread.ofPlatform()
              .start(() -> {
                for (int count = 0; count < 300; count++) {
                  file.write(page.duplicate(), (long) count * page.capacity());
                }
              });
      while (worker.isAlive()) {
        worker.interrupt();
        assertThat(file.read(ByteBuffer.allocate(100), 0)).isBetween(0, 100);
      }
      worker.join();
      assertThat(file.sizeBytes()).isEqualTo(300L << 16);
    }
  }
}
