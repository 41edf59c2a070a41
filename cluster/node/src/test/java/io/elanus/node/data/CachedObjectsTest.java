package io.elanus.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.PartStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedObjectsTest {
  private static final int BYTES = 100;

  private static final CachedObjects.Patience NONE =
      new CachedObjects.Patience(Duration.ZERO, Duration.ZERO);

  @TempDir private Path folder;
  private final MemoryObjectStore objects = new MemoryObjectStore();

  private void store(String key) {
    try (ObjectWriter writer = objects.create(key)) {
      writer.write(ByteBuffer.allocate(BYTES).put(0, (byte) key.hashCode()));
      writer.commit();
    }
  }

  private CachedObjects copies(int most) {
    for (String key : List.of("a/1", "a/2", "b/1", "b/2")) {
      store(key);
    }
    return new CachedObjects(objects, folder, (long) most * BYTES, NONE);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void theLongestUnusedGoesFirst() throws IOException {
    CachedObjects copies = copies(2);
    copies.path("a/1");
    copies.path("b/1");
    copies.path("a/1");
    copies.path("b/2");
    assertThat(files()).containsExactly("a/1", "b/2");
    assertThat(Files.readAllBytes(copies.path("b/1"))).hasSize(BYTES);
    assertThat(files()).containsExactly("b/1", "b/2");
  }

  @Test
  void whatIsHeldStaysAndTheRestIsRefused() throws IOException {
    CachedObjects copies = copies(2);
    try (PartStore.Held held = copies.hold("a/1", BYTES)) {
      assertThat(held.path()).hasSize(BYTES);
      copies.path("b/1");
      copies.path("a/2");
      assertThat(files()).containsExactly("a/1", "a/2");
      try (PartStore.Held more = copies.hold("a/2", BYTES)) {
        assertThat(copies.figures().heldBytes()).isEqualTo(2 * BYTES);
        assertThat(more.path()).exists();
        assertThatThrownBy(() -> copies.path("b/2"))
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_LIMIT));
        assertThatThrownBy(() -> copies.hold("b/2", BYTES))
            .hasMessageContaining("cache of objects is full");
      }
      assertThat(files()).containsExactly("a/1", "a/2");
      copies.path("b/2");
      assertThat(files()).containsExactly("a/1", "b/2");
    }
    assertThat(copies.figures().heldBytes()).isZero();
    copies.path("b/1");
    assertThat(files()).containsExactly("b/1", "b/2");
  }

  @Test
  void whatWasAskedForJustNowIsNotTakenAway() {
    store("x");
    store("y");
    var copies =
        new CachedObjects(
            objects,
            folder,
            BYTES,
            new CachedObjects.Patience(Duration.ofMinutes(1), Duration.ZERO));
    copies.path("x");
    assertThatThrownBy(() -> copies.path("y")).hasMessageContaining("cache of objects is full");
    copies.forget("x");
    assertThat(copies.path("y")).exists();
  }

  @Test
  void aMissingObjectLeavesNothingBehind() throws IOException {
    CachedObjects copies = copies(2);
    assertThatThrownBy(() -> copies.path("none")).isInstanceOf(ElanusException.class);
    copies.path("a/1");
    copies.path("a/2");
    assertThat(files()).containsExactly("a/1", "a/2");
  }

  @Test
  void manyAskersShareOneCopy() throws Exception {
    CachedObjects copies = copies(4);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Path>> asked = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String key = i % 2 == 0 ? "a/1" : "b/1";
        asked.add(threads.submit(() -> copies.path(key)));
      }
      for (Future<Path> path : asked) {
        assertThat(Files.size(path.get())).isEqualTo(BYTES);
      }
    }
    assertThat(files()).containsExactly("a/1", "b/1");
  }
}
