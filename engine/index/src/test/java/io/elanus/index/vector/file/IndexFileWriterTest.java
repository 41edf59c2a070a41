package io.elanus.index.vector.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFileWriterTest {
  @TempDir Path folder;

  @Test
  void anInterruptCancelsAndLeavesNothing() {
    IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.L2);
    IndexFileWriter writer =
        new IndexFileWriter(IndexFileFormat.Structure.FLAT, spec, DataType.FLOAT_VECTOR, 4, 16);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(256, 64);
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() ->
                writer.write(
                    folder.resolve("index"),
                    Map.of(IndexFileFormat.Section.VECTORS, rows),
                    BuildContext.withThreads(1)))
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(folder).isEmptyDirectory();
    }
  }

  /** Between the move and the sync of the folder. */
  @Test
  void aLateInterruptLeavesNothing() {
    IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.L2);
    IndexFileWriter writer =
        new IndexFileWriter(IndexFileFormat.Structure.FLAT, spec, DataType.FLOAT_VECTOR, 4, 16);
    BuildContext interruptedAfterSync =
        new BuildContext() {
          @Override
          public int threads() {
            return 1;
          }

          @Override
          public boolean cancelled() {
            return false;
          }

          @Override
          public <T> T watch(Supplier<T> call) {
            T result = call.get();
            Thread.currentThread().interrupt();
            return result;
          }

          @Override
          public void progress(double fraction) {}
        };
    try (Arena arena = Arena.ofConfined()) {
      Map<IndexFileFormat.Section, MemorySegment> sections =
          Map.of(IndexFileFormat.Section.VECTORS, arena.allocate(256, 64));
      try {
        assertThatThrownBy(
                () -> writer.write(folder.resolve("index"), sections, interruptedAfterSync))
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(folder).isEmptyDirectory();
    }
  }

  /** Also one that nobody foresaw. */
  @Test
  void anErrorLeavesNothing() {
    IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.L2);
    IndexFileWriter writer =
        new IndexFileWriter(IndexFileFormat.Structure.FLAT, spec, DataType.FLOAT_VECTOR, 4, 16);
    BuildContext failing =
        new StoppedBuild(() -> {
          assertThat(folder.resolve("index.unfinished")).exists();
          throw new StackOverflowError();
        });
    try (Arena arena = Arena.ofConfined()) {
      Map<IndexFileFormat.Section, MemorySegment> sections =
          Map.of(IndexFileFormat.Section.VECTORS, arena.allocate(256, 64));
      assertThatThrownBy(() -> writer.write(folder.resolve("index"), sections, failing))
          .isInstanceOf(StackOverflowError.class);
      assertThat(folder).isEmptyDirectory();
    }
  }

  /** It is asked for every 8 MiB, and writes no more once it is told. */
  @Test
  void aCancelledBuildLeavesNothing() {
    IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.L2);
    IndexFileWriter writer =
        new IndexFileWriter(IndexFileFormat.Structure.FLAT, spec, DataType.FLOAT_VECTOR, 4, 16);
    Path unfinished = folder.resolve("index.unfinished");
    AtomicInteger asked = new AtomicInteger();
    BuildContext later =
        new StoppedBuild(
            () -> asked.incrementAndGet() == 3 && unfinished.toFile().length() / (8 << 20) == 2);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(40 << 20, 64);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          Map.of(IndexFileFormat.Section.VECTORS, rows);
      assertThatThrownBy(() -> writer.write(folder.resolve("index"), sections, later))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(asked).hasValue(3);
      assertThat(folder).isEmptyDirectory();
    }
  }
}
