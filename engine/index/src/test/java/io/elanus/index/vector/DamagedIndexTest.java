package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.VectorRows;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of every type of vector index with bits turned, cut off, and made up. */
class DamagedIndexTest {
  private static final long SEED = 23;
  static final int ROWS = 2200; // AUTOINDEX has a graph, FLAT has codes
  static final int DIMENSION = 32;
  private static final int TURNED = 60;
  private static final int MADE_UP = 60;
  static final int HEADER_BYTES = 64;
  static final int ENTRY_BYTES = 32;
  private static final Map<String, String> GRAPH = Map.of("M", "8", "efConstruction", "40");

  @TempDir Path folder;

  static List<IndexSpec> specs() {
    List<IndexSpec> specs = new ArrayList<>();
    Metric number = Metric.COSINE;
    specs.add(IndexSpec.of(IndexType.FLAT, Metric.L2));
    specs.add(spec(IndexType.HNSW, Metric.L2));
    for (String kind : List.of("SQ4U", "SQ6", "SQ8", "BF16", "FP16", "RABITQ")) {
      specs.add(spec(IndexType.HNSW_SQ, number, "sq_type", kind, "refine", "true"));
    }
    specs.add(spec(IndexType.HNSW_PQ, Metric.L2, "m", "8", "refine", "true"));
    specs.add(spec(IndexType.HNSW_PQ, Metric.IP, "m", "8", "nbits", "4"));
    specs.add(spec(IndexType.HNSW_PRQ, number, "m", "4", "nrq", "2", "refine_type", "SQ8"));
    specs.add(spec(IndexType.IVF_FLAT, number, "nlist", "16"));
    for (String kind : List.of("SQ4", "SQ6", "SQ8")) {
      specs.add(spec(IndexType.IVF_SQ8, Metric.L2, "nlist", "16", "sq_type", kind));
    }
    for (String bits : List.of("4", "8")) {
      specs.add(
          spec(IndexType.IVF_PQ, number, "nlist", "16", "m", "8", "nbits", bits, "refine", "true"));
    }
    specs.add(spec(IndexType.SCANN, Metric.IP, "nlist", "16", "with_raw_data", "true"));
    specs.add(spec(IndexType.IVF_RABITQ, Metric.L2, "nlist", "16", "refine", "true"));
    specs.add(spec(IndexType.IVF_RABITQ_FASTSCAN, number, "nlist", "16"));
    specs.add(spec(IndexType.DISKANN, Metric.L2, "max_degree", "16"));
    specs.add(spec(IndexType.AISAQ, number, "max_degree", "16"));
    specs.add(spec(IndexType.AISAQ, number, "max_degree", "16", "inline_pq", "0"));
    specs.add(IndexSpec.of(IndexType.AUTOINDEX, number));
    specs.add(spec(IndexType.ANNOY, Metric.L2, "n_trees", "3"));
    specs.add(IndexSpec.of(IndexType.BIN_FLAT, Metric.JACCARD));
    specs.add(IndexSpec.of(IndexType.BIN_FLAT, Metric.SUBSTRUCTURE));
    specs.add(spec(IndexType.BIN_IVF_FLAT, Metric.HAMMING, "nlist", "16"));
    specs.add(
        spec(
            IndexType.MINHASH_LSH,
            Metric.MHJACCARD,
            "mh_element_bit_width",
            "8",
            "mh_lsh_band",
            "2"));
    specs.add(IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP));
    return specs;
  }

  private static IndexSpec spec(IndexType type, Metric metric, String... pairs) {
    Map<String, String> parameters = new HashMap<>();
    if (type.name().startsWith("HNSW")) {
      parameters.putAll(GRAPH);
    }
    for (int i = 0; i < pairs.length; i += 2) {
      parameters.put(pairs[i], pairs[i + 1]);
    }
    return new IndexSpec(type, metric, parameters);
  }

  @Test
  void everyTypeIsHere() {
    Set<IndexType> all =
        EnumSet.allOf(IndexType.class).stream()
            .filter(IndexType::vector)
            .collect(Collectors.toSet());
    assertThat(specs().stream().map(IndexSpec::type).collect(Collectors.toSet())).isEqualTo(all);
  }

  static DataType type(IndexSpec spec) {
    return switch (spec.type()) {
      case BIN_FLAT, BIN_IVF_FLAT, MINHASH_LSH -> DataType.BINARY_VECTOR;
      case SPARSE_INVERTED_INDEX -> DataType.SPARSE_FLOAT_VECTOR;
      default -> DataType.FLOAT_VECTOR;
    };
  }

  private byte[] built(IndexSpec spec) throws IOException {
    return built(spec, folder);
  }

  static byte[] built(IndexSpec spec, Path folder) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      VectorRows rows =
          type(spec) == DataType.SPARSE_FLOAT_VECTOR
              ? SampleRows.sparse(ROWS, 300, 8, SEED, arena)
              : SampleRows.of(type(spec), DIMENSION, SEED).rows(ROWS, arena);
      Path file = folder.resolve("whole");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      return Files.readAllBytes(file);
    }
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("damaged"), bytes);
  }

  /** Only zeros between sections may change without notice. */
  @ParameterizedTest
  @MethodSource("specs")
  void aTurnedBitIsNoticed(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    Random random = new Random(SEED);
    for (int i = 0; i < TURNED; i++) {
      byte[] damaged = whole.clone();
      int at = i < HEADER_BYTES / 4 ? i * 4 + random.nextInt(4) : random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      refuses(damaged, "bit at " + at, whole[at] == 0);
    }
    for (int length : new int[] {0, 10, 64, whole.length / 2, whole.length - 1}) {
      refuses(Arrays.copyOf(whole, length), "length " + length, false);
    }
    refuses(Arrays.copyOf(whole, whole.length + 1), "a byte too many", false);
  }

  private void refuses(byte[] damaged, String what, boolean wasZero) throws IOException {
    try (Arena arena = Arena.ofShared();
        VectorIndex index = VectorIndexes.open(written(damaged), arena)) {
      assertThat(wasZero).as("%s of %s was not noticed", what, index.spec()).isTrue();
    } catch (ElanusException e) {
      assertThat(e.code()).as(what).isEqualTo(ErrorCode.DATA_INTEGRITY);
    }
  }

  /**
   * A file whose checksums fit whatever is in it: it is refused, or a search ends and gives rows of
   * the column. In checked mode a read beyond it fails; else it may end the process.
   */
  @ParameterizedTest
  @MethodSource("specs")
  void aMadeUpFileIsRefusedOrHarmless(IndexSpec spec) throws IOException {
    byte[] whole = built(spec);
    Random random = new Random(SEED + 1);
    for (int i = 0; i < MADE_UP; i++) {
      byte[] made = whole.clone();
      int at = someByte(whole, random, i);
      byte before = made[at];
      made[at] ^= (byte) (1 << random.nextInt(8));
      fit(made);
      String what = "byte %d from %d to %d of %s".formatted(at, before, made[at], spec);
      try (Arena arena = Arena.ofShared();
          VectorIndex index = VectorIndexes.open(written(made), arena)) {
        if (index.count() == ROWS && type(index.spec()) == type(spec)) {
          searches(index, what);
        }
      } catch (ElanusException e) {
        assertThat(e.code()).as(what).isEqualTo(ErrorCode.DATA_INTEGRITY);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(what, e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, 8, 10})
  void aFileOfAFormThatIsGoneIsRefused(int structure) throws IOException {
    byte[] made = built(IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP));
    ByteBuffer.wrap(made).order(ByteOrder.LITTLE_ENDIAN).putInt(32, structure);
    fit(made);
    refuses(made, "structure " + structure, false);
  }

  /** Of each section alike, however short; sometimes the structure or the type. */
  private static int someByte(byte[] whole, Random random, int i) {
    ByteBuffer file = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int sections = file.getInt(24);
    int entry = HEADER_BYTES + i % (sections + 1) * ENTRY_BYTES;
    if (i % (sections + 1) == sections || file.getLong(entry + 16) == 0) {
      return 32 + random.nextInt(8);
    }
    return (int) file.getLong(entry + 8) + random.nextInt((int) file.getLong(entry + 16));
  }

  /** Makes all checksums those of the bytes. */
  static void fit(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int tableEnd = HEADER_BYTES + file.getInt(24) * ENTRY_BYTES;
    for (int entry = HEADER_BYTES; entry < tableEnd; entry += ENTRY_BYTES) {
      int from = (int) file.getLong(entry + 8);
      file.putInt(entry + 4, checksum(bytes, from, (int) file.getLong(entry + 16)));
    }
    file.putInt(12, checksum(bytes, 16, tableEnd + file.getInt(28) - 16));
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void searches(VectorIndex index, String what) {
    Random random = new Random(SEED + 2);
    SampleRows sample = SampleRows.of(type(index.spec()), DIMENSION, SEED);
    Bits half = Bits.none(ROWS);
    random.ints(ROWS / 2, 0, ROWS).forEach(half::set);
    for (int k : new int[] {10, 700}) {
      for (Bits eligible : new Bits[] {Bits.all(ROWS), half}) {
        MemorySegment query =
            type(index.spec()) == DataType.SPARSE_FLOAT_VECTOR
                ? SampleRows.sparse(random, 300, 8)
                : sample.vector();
        Neighbors found =
            index.search(
                new VectorQuery(
                    query,
                    k,
                    eligible,
                    SearchParameters.defaults(index.spec(), k),
                    ScoreRange.NONE));
        assertThat(Arrays.stream(found.rows()).distinct().count())
            .as(what)
            .isEqualTo(found.count());
        assertThat(Arrays.stream(found.rows()).allMatch(row -> row >= 0 && eligible.get(row)))
            .as(what)
            .isTrue();
      }
    }
  }
}
