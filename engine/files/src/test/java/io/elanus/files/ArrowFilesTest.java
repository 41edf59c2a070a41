package io.elanus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArrowFilesTest {
  private static final int ROWS = 150;

  @TempDir Path directory;

  private static byte[] write(List<ColumnSource> columns, RowOrder order) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FileDigest digest = ArrowFileWriter.write(out, columns, order);
    byte[] bytes = out.toByteArray();
    Checksums.verify("memory", MemorySegment.ofArray(bytes), digest);
    return bytes;
  }

  private static void assertHolds(
      List<FileColumn> read, List<SampleColumns.Sample> samples, int[] rows) {
    assertThat(read).hasSameSizeAs(samples);
    for (int i = 0; i < samples.size(); i++) {
      SampleColumns.Sample sample = samples.get(i);
      FileColumn column = read.get(i);
      assertThat(column.fieldId()).isEqualTo(sample.field().id());
      assertThat(column.name()).isEqualTo(sample.field().name());
      assertThat(column.column().type()).isEqualTo(sample.field().type());
      assertThat(column.column().rows()).isEqualTo(rows.length);
      for (int row = 0; row < rows.length; row++) {
        assertThat(column.column().value(row))
            .as("%s row %d", column.name(), row)
            .isEqualTo(sample.values().get(rows[row]));
      }
    }
  }

  @Test
  void everyTypeSurvivesTheFileAndLiesOn64Bytes() throws IOException {
    List<SampleColumns.Sample> samples = SampleColumns.everyType(ROWS, 7);
    Path file = directory.resolve("all.arrow");
    int[] all = new int[ROWS];
    Arrays.setAll(all, i -> i);
    Files.write(file, write(SampleColumns.sources(samples), RowOrder.sequential(List.of(ROWS))));
    try (MappedFiles files = new MappedFiles()) {
      MemorySegment mapped = files.map(file);
      List<FileColumn> read = ArrowFileReader.read("all.arrow", mapped);
      assertHolds(read, samples, all);
      for (FileColumn column : read) {
        if (column.column() instanceof Column.Fixed fixed) {
          assertThat((fixed.data().address() - mapped.address()) % 64).isZero();
        }
      }
    }
  }

  @Test
  void rowsAreGatheredFromPartsInAnyOrder() {
    long seed = 11;
    List<SampleColumns.Sample> whole = SampleColumns.everyType(ROWS, seed);
    List<ColumnSource> parts =
        whole.stream().map(sample -> sample.inParts(60, 1, ROWS - 61)).toList();
    Random random = new Random(seed);
    int[] rows = random.ints(200, 0, ROWS).toArray();
    long[] entries =
        Arrays.stream(rows)
            .mapToLong(row ->
                row < 60
                    ? RowOrder.entry(0, row)
                    : row == 60 ? RowOrder.entry(1, 0) : RowOrder.entry(2, row - 61))
            .toArray();
    byte[] bytes = write(parts, RowOrder.of(entries));
    assertHolds(ArrowFileReader.read("gathered", MemorySegment.ofArray(bytes)), whole, rows);
  }

  @Test
  void aFileMayHoldNoRows() {
    List<SampleColumns.Sample> samples = SampleColumns.everyType(ROWS, 3);
    byte[] bytes = write(SampleColumns.sources(samples), RowOrder.of(new long[0]));
    assertHolds(ArrowFileReader.read("empty", MemorySegment.ofArray(bytes)), samples, new int[0]);
  }

  @Test
  void everyDamagedFileIsRefusedByNameAndNeverCrashes() {
    List<SampleColumns.Sample> samples = SampleColumns.everyType(20, 5);
    byte[] good = write(SampleColumns.sources(samples), RowOrder.sequential(List.of(20)));
    FileDigest digest = new FileDigest(good.length, Checksums.crc32c(MemorySegment.ofArray(good)));
    for (int length = 0; length < good.length; length += 97) {
      assertRefused(Arrays.copyOf(good, length));
    }
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      byte[] bad = good.clone();
      int at = random.nextInt(good.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      MemorySegment bytes = MemorySegment.ofArray(bad);
      assertThatThrownBy(() -> Checksums.verify("bad.arrow", bytes, digest))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining("bad.arrow");
      readAllOrRefuse(bytes, at, seed);
    }
  }

  private static void assertRefused(byte[] bytes) {
    assertThatThrownBy(() -> ArrowFileReader.read("bad.arrow", MemorySegment.ofArray(bytes)))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("bad.arrow")
        .extracting(e -> ((ElanusException) e).code())
        .isEqualTo(ErrorCode.DATA_INTEGRITY);
  }

  /** A flipped bit may hit a value, and then nobody but the checksum can tell. */
  private static void readAllOrRefuse(MemorySegment bytes, int at, long seed) {
    try {
      for (FileColumn column : ArrowFileReader.read("bad.arrow", bytes)) {
        List<Object> values = new ArrayList<>();
        for (int row = 0; row < Math.min(100, column.column().rows()); row++) {
          values.add(column.column().value(row));
        }
        assertThat(values).isNotNull();
      }
    } catch (ElanusException e) {
      assertThat(e.code()).as("byte %d seed %d", at, seed).isEqualTo(ErrorCode.DATA_INTEGRITY);
    }
  }

  @Test
  void memoryLivesUntilTheLastUserLetsGo() throws IOException {
    Path file = directory.resolve("bytes");
    Files.write(file, new byte[] {1, 2, 3});
    MappedFiles files = new MappedFiles();
    MemorySegment bytes = files.map(file);
    assertThat(files.tryRetain()).isTrue();
    files.close();
    assertThat(bytes.scope().isAlive()).isTrue();
    files.release();
    assertThat(bytes.scope().isAlive()).isFalse();
    assertThat(files.tryRetain()).isFalse();
    assertThatThrownBy(() -> new MappedFiles().map(directory.resolve("none")))
        .isInstanceOf(ElanusException.class);
  }

  @Test
  void allocatedMemoryIsHeldUntilTheLastUserLetsGo() {
    long before = MappedFiles.heldBytes();
    List<String> freed = new ArrayList<>();
    MappedFiles files = new MappedFiles(() -> freed.add("freed"));
    files.allocate(1000, 64);
    assertThatThrownBy(() -> files.allocate(1L << 60, 64)).isInstanceOf(OutOfMemoryError.class);
    assertThat(files.allocatedBytes()).isEqualTo(1000);
    assertThat(files.tryRetain()).isTrue();
    files.close();
    assertThat(MappedFiles.heldBytes()).isEqualTo(before + 1000);
    assertThat(freed).isEmpty();
    files.release();
    assertThat(MappedFiles.heldBytes()).isEqualTo(before);
    assertThat(freed).hasSize(1);
  }

  @Test
  void vectorRowsAreLaidOutPlainly() {
    SampleColumns.Sample vectors =
        SampleColumns.everyType(10, 1).stream()
            .filter(sample -> sample.field().type() == DataType.FLOAT_VECTOR)
            .findFirst()
            .orElseThrow();
    byte[] bytes = write(SampleColumns.sources(List.of(vectors)), RowOrder.sequential(List.of(10)));
    Column.Fixed column =
        (Column.Fixed) ArrowFileReader.read("v", MemorySegment.ofArray(bytes)).getFirst().column();
    assertThat(column.data().byteSize()).isEqualTo(10L * 4 * vectors.field().dimension());
  }
}
