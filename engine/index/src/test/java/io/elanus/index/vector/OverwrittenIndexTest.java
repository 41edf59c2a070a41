package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.VectorRows;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every family of indexes with each of their sections overwritten while they are searched.
 * A search that fails does so in a way after which files are checked again: whoever attached the
 * index lets it go then. What is not noticed may answer anything.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverwrittenIndexTest {
  private static final long SEED = 31;
  private static final int DIMENSION = 16;

  @TempDir Path folder;

  /** What a section is overwritten with. */
  private enum Pattern {
    ZEROS,
    LARGE,
    ONES,
    CHANCE,
    SMALL;

    byte[] bytes(int count) {
      byte[] bytes = new byte[count];
      Random random = new Random(SEED);
      switch (this) {
        case ZEROS -> {}
        case LARGE -> Arrays.fill(bytes, (byte) 0x7f);
        case ONES -> Arrays.fill(bytes, (byte) 0xff);
        case CHANCE -> random.nextBytes(bytes);
        case SMALL -> {
          ByteBuffer ints = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
          while (ints.remaining() >= Integer.BYTES) {
            ints.putInt(random.nextInt(1200));
          }
        }
      }
      return bytes;
    }
  }

  private static Stream<IndexSpec> specs() {
    Map<String, String> graph = Map.of("M", "8", "efConstruction", "40");
    return Stream.of(
        IndexSpec.of(IndexType.FLAT, Metric.L2),
        new IndexSpec(IndexType.HNSW, Metric.L2, graph),
        new IndexSpec(IndexType.HNSW_SQ, Metric.L2, Map.of("sq_type", "RABITQ", "M", "8")),
        new IndexSpec(IndexType.HNSW_PQ, Metric.L2, Map.of("m", "8", "M", "8")),
        new IndexSpec(IndexType.DISKANN, Metric.L2, Map.of("max_degree", "16")),
        new IndexSpec(IndexType.AISAQ, Metric.L2, Map.of("max_degree", "16")),
        new IndexSpec(IndexType.IVF_FLAT, Metric.L2, Map.of("nlist", "16")),
        new IndexSpec(IndexType.IVF_SQ8, Metric.L2, Map.of("nlist", "16")),
        new IndexSpec(IndexType.IVF_PQ, Metric.L2, Map.of("m", "8", "nlist", "16")),
        new IndexSpec(IndexType.IVF_RABITQ, Metric.IP, Map.of("nlist", "16")),
        new IndexSpec(IndexType.SCANN, Metric.L2, Map.of("nlist", "16")),
        new IndexSpec(IndexType.ANNOY, Metric.IP, Map.of("n_trees", "3")),
        IndexSpec.of(IndexType.BIN_FLAT, Metric.JACCARD),
        new IndexSpec(IndexType.BIN_IVF_FLAT, Metric.HAMMING, Map.of("nlist", "16")),
        new IndexSpec(IndexType.MINHASH_LSH, Metric.MHJACCARD, Map.of("mh_lsh_band", "2")),
        IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP));
  }

  /** ANNOY compares up to 8,000 rows without a look at its trees. */
  private static int rows(IndexSpec spec) {
    return spec.type() == IndexType.ANNOY ? 9000 : 2200;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aSectionOverwrittenUnderSearchesIsNoticedOrHarmless(IndexSpec spec) throws IOException {
    Path file = folder.resolve("index");
    build(spec, file);
    for (Map.Entry<Section, Integer> section : SectionDamage.sections(file).entrySet()) {
      for (Pattern pattern : Pattern.values()) {
        byte[] good = Files.readAllBytes(file);
        Path own = Files.write(folder.resolve(section.getKey() + "-" + pattern), good);
        try (Arena mapping = Arena.ofShared();
            VectorIndex index = VectorIndexes.open(own, mapping)) {
          SectionDamage.overwrite(own, section.getKey(), pattern.bytes(section.getValue()));
          search(index, "%s of %s in %s".formatted(pattern, section.getKey(), spec));
        }
        Files.delete(own);
      }
    }
  }

  private static void build(IndexSpec spec, Path file) {
    try (Arena arena = Arena.ofShared()) {
      DataType type = DamagedIndexTest.type(spec);
      VectorRows rows =
          type == DataType.SPARSE_FLOAT_VECTOR
              ? SampleRows.sparse(rows(spec), 200, 12, SEED, arena)
              : SampleRows.of(type, DIMENSION, SEED).rows(rows(spec), arena);
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
    }
  }

  /** All rows, every second one and one in fifty; with a range and without. */
  private static void search(VectorIndex index, String what) {
    DataType type = DamagedIndexTest.type(index.spec());
    SampleRows sample = SampleRows.of(type, DIMENSION, SEED + 1);
    boolean distance = !index.spec().metric().largerIsBetter();
    ScoreRange range =
        ScoreRange.of(index.spec().metric(), Optional.of(distance ? 20f : 0.1f), Optional.empty());
    for (int step : new int[] {1, 2, 50}) {
      Bits eligible = Bits.none(index.count());
      for (int row = 0; row < index.count(); row += step) {
        eligible.set(row);
      }
      for (ScoreRange asked : List.of(ScoreRange.NONE, range)) {
        MemorySegment vector =
            type == DataType.SPARSE_FLOAT_VECTOR
                ? SampleRows.sparse(new Random(SEED), 200, 12)
                : sample.vector();
        SearchParameters parameters = SearchParameters.defaults(index.spec(), 10);
        try {
          index.search(new VectorQuery(vector, 10, eligible, parameters, asked));
        } catch (IndexOutOfBoundsException | InternalError noticed) {
          assertThat(noticed).isNotNull();
        } catch (RuntimeException | Error other) {
          throw new AssertionError(what, other);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aMaskMayHaveMoreBitsThanThereAreRows(IndexSpec spec) {
    Path file = folder.resolve("index");
    build(spec, file);
    try (Arena mapping = Arena.ofShared();
        VectorIndex index = VectorIndexes.open(file, mapping)) {
      DataType type = DamagedIndexTest.type(spec);
      SampleRows sample = SampleRows.of(type, DIMENSION, SEED + 1);
      for (int i = 0; i < 10; i++) {
        MemorySegment vector =
            type == DataType.SPARSE_FLOAT_VECTOR
                ? SampleRows.sparse(new Random(SEED + i), 200, 12)
                : sample.vector();
        SearchParameters parameters = SearchParameters.defaults(spec, 2);
        Bits all = Bits.all(index.count());
        VectorQuery query = new VectorQuery(vector, 2, all, parameters, ScoreRange.NONE);
        assertThat(index.search(query.among(Bits.all(index.count() + 640))).rows())
            .isEqualTo(index.search(query).rows());
      }
    }
  }
}
