package io.elanus.index.vector.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
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
                    folder.resolve("index"), Map.of(IndexFileFormat.Section.VECTORS, rows)))
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(folder).isEmptyDirectory();
    }
  }
}
