package io.elanus.node.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Segments.IndexFile;
import io.elanus.segment.IndexUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexesInUseTest {
  private static final IndexFile VECTORS = file(1, 101, "vectors");
  private static final IndexFile VALUES = file(2, 102, "values");

  private final IndexesInUse indexes = new IndexesInUse();
  private final List<IndexFile> opened = new ArrayList<>();
  private final List<IndexFile> lost = new ArrayList<>();

  private static IndexFile file(long index, long field, String object) {
    return new IndexFile(7, index, field, "", Map.of(), object, 100);
  }

  private List<IndexFile> attach(IndexUse use, IndexFile... wanted) {
    return indexes.attach(
        List.of(wanted),
        (file, damaged) -> {
          opened.add(file);
          return use;
        },
        lost::add);
  }

  @Test
  void whatIsInUseIsNotOpenedAgain() {
    assertThat(attach(IndexUse.IN_USE, VECTORS, VALUES)).isEmpty();
    assertThat(attach(IndexUse.IN_USE, VECTORS, VALUES)).isEmpty();
    assertThat(opened).containsExactly(VECTORS, VALUES);
  }

  @Test
  void whatIsLetGoBeforeItsAttachmentEndsIsAttachedAnew() {
    indexes.attach(
        List.of(VECTORS),
        (file, damaged) -> {
          damaged.run();
          return IndexUse.IN_USE;
        },
        lost::add);
    assertThat(lost).containsExactly(VECTORS);
    attach(IndexUse.IN_USE, VECTORS);
    assertThat(opened).containsExactly(VECTORS);
  }

  @Test
  void aDamagedFileIsToldAgainButNotOpenedAgain() {
    assertThat(attach(IndexUse.DAMAGED, VECTORS)).containsExactly(VECTORS);
    assertThat(attach(IndexUse.IN_USE, VECTORS)).containsExactly(VECTORS);
    assertThat(opened).containsExactly(VECTORS);
    IndexFile again = file(1, 101, "vectors.1");
    assertThat(attach(IndexUse.IN_USE, again)).isEmpty();
    assertThat(opened).containsExactly(VECTORS, again);
  }

  @Test
  void whatCannotBeHadNowIsTriedAgain() {
    assertThat(attach(IndexUse.UNAVAILABLE, VECTORS)).isEmpty();
    assertThat(attach(IndexUse.IN_USE, VECTORS)).isEmpty();
    assertThat(opened).containsExactly(VECTORS, VECTORS);
  }

  @Test
  void anotherFileOfAnIndexTakesThePlaceOfTheFirst() {
    attach(IndexUse.IN_USE, VECTORS);
    IndexFile other = file(1, 101, "vectors.1");
    attach(IndexUse.UNAVAILABLE, other);
    attach(IndexUse.IN_USE, VECTORS);
    attach(IndexUse.IN_USE, other);
    attach(IndexUse.IN_USE, VECTORS);
    assertThat(opened).containsExactly(VECTORS, other, other, VECTORS);
  }

  @Test
  void aFieldThatLosesAnIndexIsDetachedWithItsOthers() {
    IndexFile path = file(3, 102, "path");
    attach(IndexUse.IN_USE, VECTORS, VALUES, path);
    List<Long> detached = new ArrayList<>();
    indexes.drop(List.of(VECTORS, path), detached::add);
    assertThat(detached).containsExactly(102L);
    attach(IndexUse.IN_USE, VECTORS, path);
    assertThat(opened).containsExactly(VECTORS, VALUES, path, path);
  }
}
