package io.elanus.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.disk.LocalDisk;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalObjectTest extends FolderObjectContract {
  @TempDir Path folder;

  @Override
  protected ObjectStore open() {
    return LocalObjectStore.open(new LocalDisk(), folder.resolve("objects"));
  }

  @Test
  void objectsAreFilesInPlaceAndSurviveReopening() throws Exception {
    put("a/b", "text");
    store.close();
    store = open();
    assertThat(text("a/b")).isEqualTo("text");
    Path path = store.localPath("a/b").orElseThrow();
    assertThat(path).isEqualTo(folder.resolve("objects/a/b")).hasContent("text");
  }

  @Test
  void deletingTheLastObjectRemovesItsFolders() {
    put("a/b/c", "text");
    put("a/d", "text");
    store.delete("a/b/c");
    assertThat(folder.resolve("objects/a/b")).doesNotExist();
    assertThat(folder.resolve("objects/a/d")).exists();
  }

  /** S5: a link inside the root leads nowhere. */
  @Test
  void linksAreRefused() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    put("real/x", "text");
    Files.createSymbolicLink(folder.resolve("objects/link"), outside);
    Files.createSymbolicLink(folder.resolve("objects/real/file"), outside.resolve("secret"));
    for (String key : new String[] {"link/secret", "real/file"}) {
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.read(key, 0, 1));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.size(key));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.localPath(key));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.delete(key));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> put(key, "overwritten"));
    }
    assertCode(ErrorCode.INVALID_PARAMETER, () -> put("link/new", "text"));
    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("real/x");
    assertThat(store.list("link/")).isEmpty();
    assertThat(outside.resolve("secret")).hasContent("secret");
    assertThat(outside.resolve("new")).doesNotExist();
  }

  /** Leftovers of a dead process and foreign files. */
  @Test
  void leftoversAreRemovedAndForeignFilesIgnored() throws Exception {
    store.close();
    Path root = folder.resolve("objects");
    Files.writeString(root.resolve(".temporary/17"), "half an object");
    Files.createDirectories(root.resolve(".temporary/strange/folder"));
    Files.writeString(root.resolve(".DS_Store"), "x");
    Files.writeString(root.resolve("not a key"), "x");
    store = open();
    assertThat(root.resolve(".temporary/17")).doesNotExist();
    assertThat(store.list("")).isEmpty();
    assertThat(put("a", "text")).isTrue();
  }
}
