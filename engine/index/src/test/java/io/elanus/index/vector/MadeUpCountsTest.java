package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every type of vector index whose counts are made up and whose checksums fit: they are
 * refused, or opened for no more memory than the bytes in them are worth.
 */
class MadeUpCountsTest {
  private static final long SEED = 29;
  private static final int COUNT_AT = 44;
  private static final int DIMENSION_AT = 40;
  private static final int MOST_DIMENSION = 1 << 20;

  /** What opening such a small file may ask for, a table of a million slots with it. */
  private static final long MOST_BYTES = 24L << 20;

  /** What was built for other tests of the class. */
  private static final Map<IndexSpec, byte[]> BUILT = new HashMap<>();

  @TempDir Path folder;

  static List<IndexSpec> specs() {
    return DamagedIndexTest.specs();
  }

  private byte[] built(IndexSpec spec) throws IOException {
    byte[] known = BUILT.get(spec);
    if (known == null) {
      known = DamagedIndexTest.built(spec, folder);
      BUILT.put(spec, known);
    }
    return known.clone();
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether it was opened; if not it was refused as damaged, and either took little memory. */
  private boolean opens(byte[] made, String what) throws IOException {
    DamagedIndexTest.fit(made);
    return opensAsItIs(made, what);
  }

  private boolean opensAsItIs(byte[] made, String what) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path file = Files.write(folder.resolve("made"), made);
    boolean opened = true;
    long before = threads.getCurrentThreadAllocatedBytes();
    try (Arena arena = Arena.ofShared();
        VectorIndex index = VectorIndexes.open(file, arena)) {
      assertThat(index.spec()).isNotNull();
    } catch (ElanusException e) {
      assertThat(e.code()).as(what).isEqualTo(ErrorCode.DATA_INTEGRITY);
      opened = false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("bytes of memory, %s", what)
        .isLessThan(MOST_BYTES);
    return opened;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void rowsOfTheHeader(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    int rows = DamagedIndexTest.ROWS;
    for (int count :
        new int[] {
          Integer.MIN_VALUE,
          -1,
          0,
          1,
          rows - 1,
          rows,
          3 * rows,
          1 << 20,
          1 << 27,
          1 << 30,
          Integer.MAX_VALUE
        }) {
      byte[] made = whole.clone();
      view(made).putInt(COUNT_AT, count);
      String what = "%d rows of %s".formatted(count, spec);
      boolean opened = opens(made, what);
      if (count <= rows) {
        assertThat(opened).as(what).isEqualTo(count == rows);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void dimensionOfTheHeader(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    boolean sparse = DamagedIndexTest.type(spec) == DataType.SPARSE_FLOAT_VECTOR;
    for (int dimension :
        new int[] {
          Integer.MIN_VALUE,
          -1,
          0,
          1,
          DamagedIndexTest.DIMENSION / 2,
          MOST_DIMENSION,
          1 << 28,
          1 << 29,
          1 << 30,
          Integer.MAX_VALUE
        }) {
      byte[] made = whole.clone();
      view(made).putInt(DIMENSION_AT, dimension);
      String what = "dimension %d of %s".formatted(dimension, spec);
      boolean opened = opens(made, what);
      if (dimension < (sparse ? 0 : 1) || dimension > MOST_DIMENSION) {
        assertThat(opened).as(what).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void sectionsAndParametersOfTheHeader(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    for (int at : new int[] {24, 28}) {
      for (int number : new int[] {Integer.MIN_VALUE, -1, 0, 1 << 10, 1 << 27, Integer.MAX_VALUE}) {
        byte[] made = whole.clone();
        view(made).putInt(at, number);
        long checked =
            DamagedIndexTest.HEADER_BYTES
                + (long) view(made).getInt(24) * DamagedIndexTest.ENTRY_BYTES
                + view(made).getInt(28);
        if (checked > 16 && checked <= made.length) {
          CRC32C crc = new CRC32C();
          crc.update(made, 16, (int) checked - 16);
          view(made).putInt(12, (int) crc.getValue());
        }
        opensAsItIs(made, "%d at byte %d of %s".formatted(number, at, spec));
      }
    }
  }

  /** Every number among the figures: links, entries, layers, bands, trees, sizes of blocks. */
  @ParameterizedTest
  @MethodSource("specs")
  void figures(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    ByteBuffer file = view(whole);
    for (int i = 0; i < file.getInt(24); i++) {
      int entry = DamagedIndexTest.HEADER_BYTES + i * DamagedIndexTest.ENTRY_BYTES;
      if (file.getInt(entry) != Section.FIGURES.ordinal()) {
        continue;
      }
      int from = (int) file.getLong(entry + 8);
      int end = from + (int) file.getLong(entry + 16);
      for (int at = from; at < end; at += 4) {
        for (int number :
            new int[] {
              Integer.MIN_VALUE,
              -1,
              0,
              1 << 16,
              1 << 20,
              1 << 28,
              1 << 29,
              1 << 30,
              Integer.MAX_VALUE - 15,
              Integer.MAX_VALUE
            }) {
          byte[] made = whole.clone();
          view(made).putInt(at, number);
          opens(made, "%d at byte %d of %s".formatted(number, at, spec));
        }
      }
    }
  }

  /** Every number among the parameters, by one of as many digits or by none at all. */
  @ParameterizedTest
  @MethodSource("specs")
  void parameters(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    ByteBuffer file = view(whole);
    int at = DamagedIndexTest.HEADER_BYTES + file.getInt(24) * DamagedIndexTest.ENTRY_BYTES;
    int end = at + file.getInt(28);
    while (at < end) {
      int length = file.getInt(at);
      String text = new String(whole, at + 4, length, StandardCharsets.UTF_8);
      if (text.matches("[0-9]+")) {
        for (String other : List.of("0", "9", "x")) {
          byte[] made = whole.clone();
          byte[] bytes = other.repeat(length).getBytes(StandardCharsets.UTF_8);
          System.arraycopy(bytes, 0, made, at + 4, length);
          opens(made, "parameter %s for %s of %s".formatted(other.repeat(length), text, spec));
        }
      }
      at += 4 + length;
    }
  }

  /** A column of which hardly any row has a vector, so that rows are looked up by a search. */
  @ParameterizedTest
  @MethodSource("specs")
  void fewVectorsAmongMillionsOfRowsAreFoundAsEver(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    int count = 3_000_000;
    byte[] made = whole.clone();
    view(made).putInt(COUNT_AT, count);
    if (!opens(made, spec.toString())) {
      return; // of a type that writes every row of the column
    }
    DataType type = DamagedIndexTest.type(spec);
    SampleRows sample =
        type == DataType.SPARSE_FLOAT_VECTOR
            ? null
            : SampleRows.of(type, DamagedIndexTest.DIMENSION, SEED);
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofShared();
        VectorIndex one = VectorIndexes.open(Files.write(folder.resolve("one"), whole), arena);
        VectorIndex other = VectorIndexes.open(folder.resolve("made"), arena)) {
      assertThat(other.count()).isEqualTo(count);
      for (int kept : new int[] {10, 100, 2000}) {
        Bits few = Bits.none(DamagedIndexTest.ROWS);
        Bits many = Bits.none(count);
        for (int i = 0; i < kept; i++) {
          int row = random.nextInt(DamagedIndexTest.ROWS);
          few.set(row);
          many.set(row);
        }
        many.set(count - 1);
        MemorySegment query = sample == null ? SampleRows.sparse(random, 300, 8) : sample.vector();
        Neighbors expected = search(one, query, few);
        Neighbors found = search(other, query, many);
        assertThat(found.rows())
            .as("%d rows of %s, seed %d", kept, spec, SEED)
            .doesNotHaveDuplicates();
        assertThat(Arrays.stream(found.rows()).allMatch(few::get)).as("%s", spec).isTrue();
        if (kept <= 100) { // few enough that each of both scans them
          assertThat(found.rows()).as("%d rows of %s", kept, spec).isEqualTo(expected.rows());
        } else {
          assertThat(found.count()).isEqualTo(expected.count());
        }
      }
    }
  }

  private static Neighbors search(VectorIndex index, MemorySegment query, Bits eligible) {
    return index.search(
        new VectorQuery(
            query, 10, eligible, SearchParameters.defaults(index.spec(), 10), ScoreRange.NONE));
  }
}
