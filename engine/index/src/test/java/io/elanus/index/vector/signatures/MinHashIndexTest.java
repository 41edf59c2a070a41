package io.elanus.index.vector.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures that share a band, and exact scans of signatures, against their definitions. */
class MinHashIndexTest {
  private static final long SEED = 5;

  @TempDir Path folder;

  /** Signatures in families, whose members differ in some elements. */
  private static final class Signatures {
    final Random random = new Random(SEED);
    final int elements;
    final int width;
    final List<byte[]> rows = new ArrayList<>();

    Signatures(int count, int elements, int width) {
      this.elements = elements;
      this.width = width;
      for (int row = 0; row < count; row++) {
        rows.add(row < 20 ? bytes() : like(rows.get(random.nextInt(20))));
      }
    }

    byte[] bytes() {
      byte[] bytes = new byte[elements * width];
      random.nextBytes(bytes);
      return bytes;
    }

    byte[] like(byte[] other) {
      byte[] bytes = other.clone();
      int changes = random.nextInt(elements + 1);
      for (int i = 0; i < changes; i++) {
        bytes[random.nextInt(elements) * width] ^= (byte) (1 + random.nextInt(255));
      }
      return bytes;
    }

    boolean equal(byte[] a, byte[] b, int element) {
      int from = element * width;
      return Arrays.equals(a, from, from + width, b, from, from + width);
    }

    float score(byte[] a, byte[] b) {
      int equal = 0;
      for (int element = 0; element < elements; element++) {
        equal += equal(a, b, element) ? 1 : 0;
      }
      return (float) equal / elements;
    }

    boolean shareBand(byte[] a, byte[] b, int bands) {
      int size = elements / bands;
      for (int band = 0; band < bands; band++) {
        int agreeing = 0;
        for (int i = 0; i < size; i++) {
          agreeing += equal(a, b, band * size + i) ? 1 : 0;
        }
        if (agreeing == size) {
          return true;
        }
      }
      return false;
    }

    DenseRows column(Arena arena) {
      int bytes = elements * width;
      MemorySegment data = arena.allocate(Math.max(1, (long) rows.size() * bytes), 64);
      Bits present = Bits.all(rows.size());
      for (int row = 0; row < rows.size(); row++) {
        MemorySegment.copy(
            rows.get(row), 0, data, ValueLayout.JAVA_BYTE, (long) row * bytes, bytes);
        if (row % 13 == 12) {
          present.clear(row);
        }
      }
      return new DenseRows(
          DataType.BINARY_VECTOR,
          8 * bytes,
          rows.size(),
          Math.max(1, rows.size()),
          List.of(data),
          present);
    }
  }

  private static IndexSpec spec(String type, Signatures signatures, int bands) {
    Map<String, String> params =
        Map.of(
            "mh_element_bit_width",
            String.valueOf(8 * signatures.width),
            "mh_lsh_band",
            String.valueOf(bands));
    return IndexParameters.validate(
        DataType.BINARY_VECTOR,
        8 * signatures.width * signatures.elements,
        type,
        "MHJACCARD",
        params);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 4, 4, MINHASH_LSH", "16, 4, 5, MINHASH_LSH", "32, 1, 8, MINHASH_LSH",
    "12, 8, 1, MINHASH_LSH", "10, 16, 10, MINHASH_LSH", "9, 3, 3, MINHASH_LSH",
    "16, 4, 1, BIN_FLAT", "9, 3, 1, BIN_FLAT"
  })
  void findsWhatSharesABand(int elements, int width, int bands, String type) {
    Signatures signatures = new Signatures(1500, elements, width);
    IndexSpec spec = spec(type, signatures, bands);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = signatures.column(arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena);
          VectorIndex exact = VectorIndexes.exact(spec, rows)) {
        assertThat(index.spec()).isEqualTo(spec);
        for (int i = 0; i < 20; i++) {
          byte[] query = i == 0 ? signatures.bytes() : signatures.like(signatures.rows.get(i));
          Bits eligible = i % 2 == 0 ? Bits.all(rows.count()) : some(rows.count());
          ScoreRange range =
              i % 3 == 0
                  ? ScoreRange.of(Metric.MHJACCARD, Optional.of(0.3f), Optional.of(0.9f))
                  : ScoreRange.NONE;
          for (int k : new int[] {1, 10, 3000}) {
            check(index, type, signatures, rows, bands, query, k, eligible, range);
            check(exact, "", signatures, rows, bands, query, k, eligible, range);
          }
        }
      }
    }
  }

  private static Bits some(int count) {
    Bits some = Bits.none(count);
    for (int row = 0; row < count; row += 3) {
      some.set(row);
    }
    return some;
  }

  private static void check(
      VectorIndex index,
      String type,
      Signatures signatures,
      DenseRows rows,
      int bands,
      byte[] query,
      int k,
      Bits eligible,
      ScoreRange range) {
    Neighbors found =
        index.search(
            new VectorQuery(
                MemorySegment.ofArray(query),
                k,
                eligible,
                SearchParameters.defaults(index.spec(), k),
                range));
    List<Integer> wanted = new ArrayList<>();
    for (int row = 0; row < rows.count(); row++) {
      byte[] own = signatures.rows.get(row);
      boolean near = !type.equals("MINHASH_LSH") || signatures.shareBand(query, own, bands);
      if (near
          && rows.present().get(row)
          && eligible.get(row)
          && range.accepts(signatures.score(query, own))) {
        wanted.add(row);
      }
    }
    wanted.sort(
        Comparator.comparing((Integer row) -> -signatures.score(query, signatures.rows.get(row)))
            .thenComparing(row -> row));
    int count = Math.min(k, wanted.size());
    assertThat(found.rows())
        .isEqualTo(wanted.subList(0, count).stream().mapToInt(row -> row).toArray());
    for (int i = 0; i < count; i++) {
      assertThat(found.scores()[i])
          .isEqualTo(signatures.score(query, signatures.rows.get(found.rows()[i])));
    }
  }

  @Test
  void takesFewEqualAndMissingRows() {
    for (int count : new int[] {0, 1, 2, 13}) {
      Signatures signatures = new Signatures(count, 4, 4);
      for (int row = 0; row < count; row++) {
        Arrays.fill(signatures.rows.get(row), (byte) 0);
      }
      IndexSpec spec = spec("MINHASH_LSH", signatures, 2);
      try (Arena arena = Arena.ofShared()) {
        Path file = folder.resolve("few" + count);
        VectorIndexes.build(spec, signatures.column(arena), BuildContext.withThreads(1), file);
        try (VectorIndex index = VectorIndexes.open(file, arena)) {
          VectorQuery query =
              new VectorQuery(
                  MemorySegment.ofArray(new byte[16]),
                  5,
                  Bits.all(count),
                  SearchParameters.defaults(spec, 5),
                  ScoreRange.NONE);
          assertThat(index.search(query).count()).isEqualTo(Math.min(5, count));
        }
      }
    }
  }

  @Test
  void refusesDamage() throws IOException {
    Signatures signatures = new Signatures(200, 8, 4);
    try (Arena arena = Arena.ofShared()) {
      Path file = folder.resolve("damaged");
      VectorIndexes.build(
          spec("MINHASH_LSH", signatures, 4),
          signatures.column(arena),
          BuildContext.withThreads(1),
          file);
      byte[] good = Files.readAllBytes(file);
      for (int at : new int[] {0, 9, 20, 40, good.length / 3, good.length - 65}) {
        byte[] bad = good.clone();
        bad[at] ^= 16;
        Files.write(file, bad);
        assertThatThrownBy(() -> VectorIndexes.open(file, arena))
            .as("byte %d", at)
            .isInstanceOfSatisfying(
                ElanusException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
      }
    }
  }
}
