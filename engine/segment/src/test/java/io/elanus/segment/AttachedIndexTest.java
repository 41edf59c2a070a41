package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.index.BuildContext;
import io.elanus.index.IndexOrigin;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.scalar.ScalarIndexes;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.schema.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class AttachedIndexTest {
  private static final int ROWS = 1500;

  @TempDir Path directory;

  private final CollectionSchema schema = Birds.schema(DataType.INT64);
  private final History history = new History(DataType.INT64, 77);

  private SealedSegment sealed() {
    try (GrowingSegment growing =
        new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema)) {
      List<Birds.Bird> birds =
          IntStream.range(0, ROWS).mapToObj(i -> history.randomBird((long) i)).toList();
      growing.append(Birds.batch(schema, birds), 10, 1);
      FolderSink folder = new FolderSink(directory.resolve("segment"));
      return SealedSegment.open(growing.flush(folder), schema, Set.of(), folder);
    }
  }

  private static Set<Integer> rows(SearchHits hits) {
    return new HashSet<>(IntStream.of(hits.ordinals()).boxed().toList());
  }

  @Test
  void anAttachedGraphAnswersNearlyAsTheExactScan() {
    Filter filter =
        new Filter.Compare(
            new Operand.Field(Birds.GROUP, DataType.INT64), Comparison.EQUAL, new Value.Int(2));
    try (SealedSegment segment = sealed()) {
      List<SegmentSearch> searches = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        SegmentSearch search =
            Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(history.vector()), 10, 50);
        searches.add(i % 2 == 0 ? search : Judge.filtered(search, filter));
      }
      List<SearchHits> exact =
          searches.stream().map(search -> segment.search(search).getFirst()).toList();
      IndexSpec spec = IndexSpec.of(IndexType.HNSW, Metric.L2);
      Path file = directory.resolve("graph");
      build(segment, spec, file);
      assertThat(segment.attachVectorIndex(Birds.VECTOR, file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
      assertThat(segment.indexedFields()).containsExactly(Birds.VECTOR);
      int common = 0;
      for (int i = 0; i < searches.size(); i++) {
        SearchHits hits = segment.search(searches.get(i)).getFirst();
        assertThat(hits.count()).isEqualTo(10);
        Set<Integer> found = rows(hits);
        found.retainAll(rows(exact.get(i)));
        common += found.size();
      }
      assertThat(common).isGreaterThan(190);
      segment.detachIndexes(Birds.VECTOR);
      assertThat(segment.indexedFields()).isEmpty();
    }
  }

  private static Stream<Arguments> kindsOfIndexes() {
    return Stream.of(
        Arguments.of(IndexType.FLAT, DataType.FLOAT_VECTOR, Metric.L2),
        Arguments.of(IndexType.HNSW, DataType.FLOAT_VECTOR, Metric.COSINE),
        Arguments.of(IndexType.HNSW_PQ, DataType.FLOAT_VECTOR, Metric.L2),
        Arguments.of(IndexType.AUTOINDEX, DataType.FLOAT16_VECTOR, Metric.IP),
        Arguments.of(IndexType.DISKANN, DataType.BFLOAT16_VECTOR, Metric.L2),
        Arguments.of(IndexType.AISAQ, DataType.FLOAT_VECTOR, Metric.L2),
        Arguments.of(IndexType.IVF_FLAT, DataType.FLOAT_VECTOR, Metric.L2),
        Arguments.of(IndexType.IVF_RABITQ, DataType.FLOAT_VECTOR, Metric.IP),
        Arguments.of(IndexType.SCANN, DataType.FLOAT_VECTOR, Metric.L2),
        Arguments.of(IndexType.ANNOY, DataType.FLOAT_VECTOR, Metric.L2),
        Arguments.of(IndexType.HNSW, DataType.INT8_VECTOR, Metric.L2),
        Arguments.of(IndexType.BIN_FLAT, DataType.BINARY_VECTOR, Metric.HAMMING),
        Arguments.of(IndexType.BIN_IVF_FLAT, DataType.BINARY_VECTOR, Metric.HAMMING),
        Arguments.of(IndexType.MINHASH_LSH, DataType.BINARY_VECTOR, Metric.MHJACCARD),
        Arguments.of(IndexType.SPARSE_INVERTED_INDEX, DataType.SPARSE_FLOAT_VECTOR, Metric.IP));
  }

  @ParameterizedTest
  @MethodSource("kindsOfIndexes")
  void aVectorFieldThatWasAddedLaterIsIndexed(IndexType index, DataType type, Metric metric) {
    CollectionSchema later = Birds.withAdded(type, 64);
    try (SealedSegment segment = sealed()) {
      segment.changeSchema(later);
      Path file = directory.resolve("added");
      segment.withVectors(
          Birds.ADDED_VECTOR,
          rows -> {
            assertThat(rows.present().isEmpty()).isTrue();
            IndexSpec spec = IndexSpec.of(index, metric);
            VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
            return rows.count();
          });
      assertThat(segment.attachVectorIndex(Birds.ADDED_VECTOR, file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
      ColumnBuilder query = ColumnBuilder.of(later.requireField(Birds.ADDED_VECTOR));
      switch (type) {
        case FLOAT_VECTOR -> query.add(new float[64]);
        case SPARSE_FLOAT_VECTOR -> query.add(new byte[0]);
        default -> query.add(new byte[type.rowBytes(64)]);
      }
      SegmentSearch search =
          Plainly.search(Birds.ADDED_VECTOR, metric, query.build(), 10, Long.MAX_VALUE);
      assertThat(segment.search(search).getFirst().count()).isZero();
    }
  }

  @Test
  void anIndexOfAnotherMetricIsNotUsed() {
    try (SealedSegment segment = sealed()) {
      SegmentSearch search =
          Plainly.search(Birds.VECTOR, Metric.COSINE, Judge.vector(history.vector()), 10, 50);
      SearchHits exact = segment.search(search).getFirst();
      Path file = directory.resolve("graph");
      build(segment, IndexSpec.of(IndexType.HNSW, Metric.L2), file);
      assertThat(segment.attachVectorIndex(Birds.VECTOR, file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
      assertThat(segment.search(search).getFirst().ordinals()).isEqualTo(exact.ordinals());
    }
  }

  @Test
  void anIndexOfAnotherFieldOrBuildIsBypassed() {
    try (SealedSegment segment = sealed()) {
      segment.changeSchema(Birds.withAdded(DataType.FLOAT_VECTOR, Birds.DIMENSION + 1));
      IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.L2);
      Path file = directory.resolve("flat");
      build(segment, spec, file);
      int checksum = IndexOrigin.checksum(file);
      IndexOrigin own = new IndexOrigin(Optional.of(spec), Optional.of(checksum));
      List<IndexOrigin> others =
          List.of(
              new IndexOrigin(Optional.of(spec), Optional.of(checksum + 1)),
              origin(IndexType.HNSW, Metric.L2),
              origin(IndexType.FLAT, Metric.IP));
      for (IndexOrigin other : others) {
        assertThat(segment.attachVectorIndex(Birds.VECTOR, file, other, () -> {}))
            .isEqualTo(IndexUse.DAMAGED);
      }
      for (long field : List.of(Birds.ADDED_VECTOR, Birds.SPARSE)) {
        assertThat(segment.attachVectorIndex(field, file, IndexOrigin.UNKNOWN, () -> {}))
            .isEqualTo(IndexUse.DAMAGED);
      }
      assertThat(segment.indexedFields()).isEmpty();
      assertThat(segment.attachVectorIndex(Birds.VECTOR, file, own, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
    }
  }

  /** Links that lead nowhere are found before anything is read through them. */
  @Test
  void aGraphThatIsDamagedUnderItsSearchesIsLetGo() throws IOException {
    try (SealedSegment segment = sealed()) {
      SegmentSearch search =
          Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(history.vector()), 10, 50);
      SearchHits exact = segment.search(search).getFirst();
      Path file = directory.resolve("graph");
      build(segment, IndexSpec.of(IndexType.HNSW, Metric.L2), file);
      AtomicInteger damaged = new AtomicInteger();
      assertThat(
              segment.attachVectorIndex(
                  Birds.VECTOR, file, IndexOrigin.UNKNOWN, damaged::incrementAndGet))
          .isEqualTo(IndexUse.IN_USE);
      segment.search(search);
      assertThat(damaged).hasValue(0);
      overwriteLinks(file);
      assertThat(segment.search(search).getFirst().ordinals()).isEqualTo(exact.ordinals());
      assertThat(damaged).hasValue(1);
      assertThat(segment.indexedFields()).isEmpty();
      assertThat(segment.search(search).getFirst().ordinals()).isEqualTo(exact.ordinals());
      assertThat(damaged).hasValue(1);
    }
  }

  /** An index of the vectors that all rows have. */
  private static void build(SealedSegment segment, IndexSpec spec, Path file) {
    segment.withVectors(
        Birds.VECTOR,
        rows -> {
          VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
          return rows.count();
        });
  }

  /** In place: mappings see it. */
  private static void overwriteLinks(Path file) throws IOException {
    int links = IndexFileFormat.Section.LINKS.ordinal();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int entry = 64;
    while (bytes.getInt(entry) != links) {
      entry += 32;
    }
    byte[] nowhere = new byte[(int) bytes.getLong(entry + 16)];
    Arrays.fill(nowhere, (byte) 0x7f);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(nowhere), bytes.getLong(entry + 8));
    }
  }

  private static IndexOrigin origin(IndexType type, Metric metric) {
    return new IndexOrigin(Optional.of(IndexSpec.of(type, metric)), Optional.empty());
  }

  @Test
  void aScalarIndexIsAskedInsteadOfTheColumn() {
    Filter filter =
        new Filter.Compare(
            new Operand.Field(Birds.GROUP, DataType.INT64), Comparison.EQUAL, new Value.Int(2));
    try (SealedSegment segment = sealed()) {
      Matches scanned = segment.query(Plainly.query(filter, 50));
      Path file = directory.resolve("inverted");
      segment.withColumn(
          Birds.GROUP,
          column -> {
            ScalarIndexes.build("INVERTED", schema.field(Birds.GROUP).orElseThrow(), column, file);
            return column.rows();
          });
      IndexOrigin other = new IndexOrigin(Optional.empty(), Optional.of(1));
      assertThat(segment.attachScalarIndex(Birds.GROUP, List.of(), file, other, () -> {}))
          .isEqualTo(IndexUse.DAMAGED);
      assertThat(
              segment.attachScalarIndex(
                  Birds.GROUP, List.of(), file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
      assertThat(segment.indexedFields()).containsExactly(Birds.GROUP);
      assertThat(segment.query(Plainly.query(filter, 50)).ordinals()).isEqualTo(scanned.ordinals());
      assertThat(
              segment.query(new SegmentQuery(filter, 50, 0, 5, Optional.empty(), false)).ordinals())
          .isEqualTo(Arrays.copyOf(scanned.ordinals(), 5));
      assertThat(segment.query(Plainly.count(filter, 50)).count()).isEqualTo(scanned.count());
    }
  }

  @ParameterizedTest
  @CsvSource({"INVERTED, 127", "BITMAP, 127", "BITMAP, 0", "BITMAP, 255"})
  void aScalarIndexThatIsDamagedUnderItsReadsIsLetGo(String type, int octet) throws IOException {
    Filter filter =
        new Filter.Compare(
            new Operand.Field(Birds.GROUP, DataType.INT64), Comparison.EQUAL, new Value.Int(2));
    try (SealedSegment segment = sealed()) {
      int[] scanned = segment.query(Plainly.query(filter, 50)).ordinals();
      Path file = directory.resolve("scalar");
      segment.withColumn(
          Birds.GROUP,
          column -> {
            ScalarIndexes.build(type, schema.field(Birds.GROUP).orElseThrow(), column, file);
            return column.rows();
          });
      AtomicInteger damaged = new AtomicInteger();
      assertThat(
              segment.attachScalarIndex(
                  Birds.GROUP, List.of(), file, IndexOrigin.UNKNOWN, damaged::incrementAndGet))
          .isEqualTo(IndexUse.IN_USE);
      assertThat(segment.query(Plainly.query(filter, 50)).ordinals()).isEqualTo(scanned);
      overwritePostings(file, octet);
      assertThat(segment.query(Plainly.query(filter, 50)).ordinals()).isEqualTo(scanned);
      assertThat(damaged).hasValue(1);
      assertThat(segment.indexedFields()).isEmpty();
    }
  }

  /** In place, as above. */
  private static void overwritePostings(Path file, int octet) throws IOException {
    int entry = 64 + 16 * 4; // of the last section
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] others = new byte[(int) bytes.getLong(entry + 8)];
    Arrays.fill(others, (byte) octet);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(others), bytes.getLong(entry));
    }
  }

  @Test
  void aDamagedScalarIndexIsBypassed() throws IOException {
    Path file = directory.resolve("inverted");
    Files.write(file, new byte[333]);
    try (SealedSegment segment = sealed()) {
      assertThat(
              segment.attachScalarIndex(
                  Birds.GROUP, List.of(), file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.DAMAGED);
      assertThat(
              segment.attachScalarIndex(
                  Birds.GROUP, List.of(), directory.resolve("none"), IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.UNAVAILABLE);
      assertThat(segment.query(Plainly.query(new Filter.Everything(), 50)).count()).isEqualTo(ROWS);
    }
  }
}
