package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.files.MappedFiles;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that fail beside index files that are intact, and beside others. */
final class AttachedIndexesTest {
  private static final IndexedPath VECTOR = IndexedPath.of(101);
  private static final IndexedPath JSON = new IndexedPath(102, List.of("a"));

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final MappedFiles memory = new MappedFiles();
  private final List<IndexedPath> inUse = new ArrayList<>();
  private final List<IndexedPath> damaged = new ArrayList<>();
  private long nanos;
  private final AttachedIndexes indexes =
      new AttachedIndexes(1, memory, inUse::remove, () -> nanos);
  private final List<MappedFiles> opened = new ArrayList<>();
  private int reads;

  /** A file of which a test says what its checks find. */
  private final class FakeFile implements Part.Opener<IndexedPath> {
    private final IndexedPath place;
    private @Nullable ElanusException finding;

    FakeFile(IndexedPath place) {
      this.place = place;
    }

    @Override
    public IndexedPath open(Path file, MappedFiles into) {
      opened.add(into);
      if (finding != null) {
        throw finding;
      }
      return place;
    }

    IndexUse attach(Runnable damaged) {
      return indexes.attach(
          place,
          new AttachedIndexes.Source<>(new FilePlace.Here(Path.of("any")), this, false),
          index -> inUse.add(place),
          damaged);
    }
  }

  private final FakeFile vectors = new FakeFile(VECTOR);
  private final FakeFile values = new FakeFile(JSON);

  @BeforeEach
  void attach() {
    for (FakeFile file : List.of(vectors, values)) {
      assertThat(file.attach(() -> damaged.add(file.place))).isEqualTo(IndexUse.IN_USE);
    }
  }

  @AfterEach
  void close() {
    if (isMapped(memory)) {
      memory.close();
    }
  }

  private int read(Supplier<Throwable> failure) {
    return indexes.read(() -> {
      reads++;
      if (inUse.contains(VECTOR)) {
        switch (failure.get()) {
          case RuntimeException exception -> throw exception;
          case Error error -> throw error;
          case Throwable other -> throw new AssertionError(other);
        }
      }
      return 7;
    });
  }

  private static ElanusException damage() {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "vector index file is damaged");
  }

  @Test
  void aFileThatWasDamagedIsLetGoAndTheReadRepeated() {
    vectors.finding = damage();
    assertThat(read(InternalError::new)).isEqualTo(7);
    assertThat(reads).isEqualTo(2);
    assertThat(inUse).containsExactly(JSON);
    assertThat(damaged).containsExactly(VECTOR);
    assertThat(read(InternalError::new)).isEqualTo(7);
    assertThat(damaged).containsExactly(VECTOR);
  }

  @Test
  void aFileThatIsRefusedIsNotLeftMapped() {
    vectors.finding = damage();
    assertThat(vectors.attach(() -> {})).isEqualTo(IndexUse.DAMAGED);
    vectors.finding = new ElanusException(ErrorCode.IO_FAILED, "cannot map file");
    assertThat(vectors.attach(() -> {})).isEqualTo(IndexUse.UNAVAILABLE);
    assertThat(opened.subList(2, 4)).noneMatch(AttachedIndexesTest::isMapped);
  }

  @Test
  void whatIsInUseIsMappedAsLongAsTheSegment() {
    assertThat(opened).hasSize(2).allMatch(AttachedIndexesTest::isMapped);
    indexes.detach(101);
    assertThat(memory.tryRetain()).isTrue();
    memory.close();
    assertThat(opened).allMatch(AttachedIndexesTest::isMapped);
    memory.release();
    assertThat(opened).noneMatch(AttachedIndexesTest::isMapped);
    assertThat(vectors.attach(() -> {})).isEqualTo(IndexUse.UNAVAILABLE);
  }

  private static boolean isMapped(MappedFiles files) {
    return files.arena().scope().isAlive();
  }

  @Test
  void aFileThatIsGoneIsLetGo() {
    vectors.finding =
        new ElanusException(ErrorCode.IO_FAILED, "cannot map file", new NoSuchFileException("f"));
    assertThat(read(ArrayIndexOutOfBoundsException::new)).isEqualTo(7);
    assertThat(damaged).containsExactly(VECTOR);
  }

  @Test
  void whatFailsOnIntactFilesGoesOn() {
    InternalError fault = new InternalError("a fault");
    assertThatThrownBy(() -> read(() -> fault)).isSameAs(fault);
    nanos += MINUTE;
    IndexOutOfBoundsException bug = new IndexOutOfBoundsException("a bug");
    assertThatThrownBy(() -> read(() -> bug)).isSameAs(bug);
    nanos += MINUTE;
    vectors.finding = new ElanusException(ErrorCode.IO_FAILED, "cannot map file");
    assertThatThrownBy(() -> read(() -> bug)).isSameAs(bug);
    assertThat(reads).isEqualTo(3);
    assertThat(inUse).containsExactly(VECTOR, JSON);
    assertThat(damaged).isEmpty();
  }

  @Test
  void filesThatWereIntactAMomentAgoAreNotReadAgain() {
    IndexOutOfBoundsException bug = new IndexOutOfBoundsException("a bug");
    int attached = opened.size();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> read(() -> bug)).isSameAs(bug);
      assertThat(opened).hasSize(attached + 2);
    }
    nanos += MINUTE;
    vectors.finding = damage();
    assertThat(read(() -> bug)).isEqualTo(7);
    assertThat(damaged).containsExactly(VECTOR);
  }

  @Test
  void anotherFileIsCheckedAtOnce() {
    IndexOutOfBoundsException bug = new IndexOutOfBoundsException("a bug");
    assertThatThrownBy(() -> read(() -> bug)).isSameAs(bug);
    assertThat(vectors.attach(() -> damaged.add(VECTOR))).isEqualTo(IndexUse.IN_USE);
    inUse.remove(VECTOR);
    vectors.finding = damage();
    assertThat(read(() -> bug)).isEqualTo(7);
    assertThat(damaged).containsExactly(VECTOR);
  }

  @Test
  void otherFailuresAreNotLookedInto() {
    vectors.finding = damage();
    IllegalStateException bug = new IllegalStateException("a bug");
    assertThatThrownBy(() -> read(() -> bug)).isSameAs(bug);
    assertThat(inUse).containsExactly(VECTOR, JSON);
  }

  @Test
  void aReadThatBeganBeforeAnotherFoundTheDamageIsRepeatedToo() {
    vectors.finding = damage();
    int answer =
        read(() -> {
          assertThat(read(InternalError::new)).isEqualTo(7);
          return new InternalError();
        });
    assertThat(answer).isEqualTo(7);
    assertThat(damaged).containsExactly(VECTOR);
  }

  @Test
  void allThatIsDamagedIsLetGoAtOnce() {
    vectors.finding = damage();
    values.finding = damage();
    assertThat(read(InternalError::new)).isEqualTo(7);
    assertThat(inUse).isEmpty();
    assertThat(damaged).containsExactlyInAnyOrder(VECTOR, JSON);
  }
}
