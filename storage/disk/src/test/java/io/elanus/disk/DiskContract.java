package io.elanus.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What both disks must do alike. */
abstract class DiskContract {
  abstract Disk disk();

  /** An existing, empty folder. */
  abstract Path root();

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void filesAreWrittenAndReadAnywhere() {
    Path path = root().resolve("file");
    try (DiskFile file = disk().open(path, Disk.Mode.CREATE)) {
      file.write(bytes("world"), 6);
      file.write(bytes("hello "), 0);
      file.force(true);
      ByteBuffer all = ByteBuffer.allocate(20);
      assertThat(file.read(all, 0)).isEqualTo(11);
      assertThat(all.flip()).isEqualTo(bytes("hello world"));
      assertThat(file.read(ByteBuffer.allocate(5), 11)).isZero();
      assertThat(file.read(ByteBuffer.allocate(5), 100)).isZero();
      file.truncate(5);
      assertThat(file.sizeBytes()).isEqualTo(5);
    }
    assertThat(disk().sizeBytes(path)).isEqualTo(5);
    assertThat(disk().modifiedMillis(path)).isPositive();
    assertThatThrownBy(() -> disk().open(path, Disk.Mode.CREATE))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void aClosedFileIsUnavailable() {
    DiskFile file = disk().open(root().resolve("file"), Disk.Mode.CREATE);
    file.close();
    file.close();
    assertThatThrownBy(() -> file.write(bytes("x"), 0)).isInstanceOf(ElanusException.class);
  }

  @Test
  void foldersAndNames() {
    Path deep = root().resolve("a/b/c");
    assertThat(disk().kind(deep)).isEqualTo(Disk.Kind.MISSING);
    disk().createFolders(deep);
    disk().createFolders(deep);
    assertThat(disk().kind(deep)).isEqualTo(Disk.Kind.FOLDER);
    disk().open(deep.resolve("2"), Disk.Mode.CREATE).close();
    disk().open(deep.resolve("1"), Disk.Mode.CREATE).close();
    assertThat(disk().list(deep)).containsExactly(deep.resolve("1"), deep.resolve("2"));
    disk().rename(deep.resolve("2"), deep.resolve("1"));
    assertThat(disk().list(deep)).containsExactly(deep.resolve("1"));
    assertThatThrownBy(() -> disk().delete(deep)).isInstanceOf(ElanusException.class);
    disk().rename(root().resolve("a"), root().resolve("moved"));
    assertThat(disk().list(root().resolve("moved/b/c"))).hasSize(1);
    assertThat(disk().kind(deep)).isEqualTo(Disk.Kind.MISSING);
    assertThat(disk().delete(root().resolve("moved/b/c/1"))).isTrue();
    assertThat(disk().delete(root().resolve("moved/b/c/1"))).isFalse();
    assertThatThrownBy(() -> disk().list(deep)).isInstanceOf(ElanusException.class);
  }

  @Test
  void aFileIsReplacedWhole() {
    Path file = root().resolve("record");
    disk().replace(file, bytes("first"));
    assertThat(text(file)).isEqualTo("first");
    disk().open(root().resolve("record.new"), Disk.Mode.CREATE).close(); // a crash left it
    disk().replace(file, bytes("2nd"));
    assertThat(text(file)).isEqualTo("2nd");
    assertThat(disk().list(root())).containsExactly(file);
  }

  private String text(Path path) {
    try (DiskFile file = disk().open(path, Disk.Mode.READ)) {
      ByteBuffer all = ByteBuffer.allocate((int) file.sizeBytes());
      file.read(all, 0);
      return StandardCharsets.UTF_8.decode(all.flip()).toString();
    }
  }
}
