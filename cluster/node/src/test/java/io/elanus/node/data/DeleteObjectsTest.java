package io.elanus.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;
import io.elanus.segment.DeleteFile;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeleteObjectsTest {
  private static final Segments.Segment SEGMENT =
      new Segments.Segment(
          1, 2, 3, "c", Segments.State.FLUSHED, 0, 10, 0, "", 0, 0, 0, 0, 0, List.of());

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final DeleteObjects objects = new DeleteObjects(store);

  private Segments.DeleteFile write(long key, String writing) {
    return objects.write(
        "c", Optional.empty(), new Keys.Longs(new long[] {key}), new long[] {50 + key}, writing);
  }

  @Test
  void aFileIsFetchedOnceForAllSegmentsOfItsShard() {
    Segments.DeleteFile file = write(7, "a");
    DeleteFile.Deletes first = objects.read(SEGMENT, List.of(file)).getFirst();
    assertThat(first.timestamps()).containsExactly(57);
    store.delete(file.object());
    assertThat(objects.read(SEGMENT, List.of(file))).containsExactly(first);
  }

  @Test
  void whatCouldNotBeFetchedIsTriedAgain() {
    Segments.DeleteFile file = write(7, "a");
    var late = new MemoryObjectStore();
    var others = new DeleteObjects(late);
    assertThatThrownBy(() -> others.read(SEGMENT, List.of(file)))
        .isInstanceOf(ElanusException.class);
    others.write("c", Optional.empty(), new Keys.Longs(new long[] {7}), new long[] {57}, "a");
    assertThat(others.read(SEGMENT, List.of(file))).hasSize(1);
  }

  @Test
  void onlyTheFilesThatWereUsedLastAreKept() {
    Segments.DeleteFile first = write(0, "first");
    objects.read(SEGMENT, List.of(first));
    for (int i = 1; i <= 300; i++) {
      objects.read(SEGMENT, List.of(write(i, "later-" + i)));
    }
    store.delete(first.object());
    assertThatThrownBy(() -> objects.read(SEGMENT, List.of(first)))
        .isInstanceOf(ElanusException.class);
  }
}
