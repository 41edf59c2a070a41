package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.IndexOrigin;
import io.elanus.index.scalar.ScalarIndexes;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every form of a segment answers as the model does, at every timestamp. */
final class OracleTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"INT64,1", "INT64,2", "VARCHAR,3", "VARCHAR,4"})
  void everyFormAgreesWithTheModelAtEveryTimestamp(DataType keyType, long seed) {
    CollectionSchema schema = Birds.schema(keyType);
    History history = new History(keyType, seed);
    Writes writes = new Writes(history, schema);
    List<GrowingSegment> growing = List.of(segment(1, schema), segment(2, schema));
    for (int step = 0; step < 60; step++) {
      writes.step(growing);
    }
    long flushedAt = history.now;
    check("growing", history, growing, 1000, seed);
    List<SealedSegment> sealed = new ArrayList<>();
    for (GrowingSegment segment : growing) {
      sealed.add(flushAndOpen(segment, schema));
    }
    check("sealed", history, sealed, 1000, seed);

    List<Segment> both = new ArrayList<>(growing);
    both.addAll(sealed);
    for (int step = 0; step < 10; step++) {
      writes.deletes(both);
    }
    check("growing with more deletes", history, growing, 1000, seed);
    check("sealed with more deletes", history, sealed, 1000, seed);

    sealed.forEach(segment -> index(segment, schema));
    check("indexed", history, sealed, 1000, seed);
    for (long retained : new long[] {flushedAt - 20, flushedAt + 5}) {
      FolderSink folder = new FolderSink(directory.resolve("compacted-" + retained));
      SegmentManifest manifest =
          Compaction.run(
              new SegmentIdentity(9, 1, 1, "channel"), schema, sealed, retained, 0, folder);
      SegmentManifest stored = SegmentManifest.decode("manifest", manifest.encode());
      assertThat(stored).isEqualTo(manifest);
      try (SealedSegment compacted = SealedSegment.open(stored, schema, Set.of(), folder)) {
        check("compacted", history, List.of(compacted), retained, seed);
        assertThat(compacted.rows()).isLessThan(growing.get(0).rows() + growing.get(1).rows());
      }
    }
    both.forEach(Segment::close);
  }

  private static GrowingSegment segment(long id, CollectionSchema schema) {
    return new GrowingSegment(new SegmentIdentity(id, 1, 1, "channel"), schema, 6, 2048);
  }

  private SealedSegment flushAndOpen(GrowingSegment segment, CollectionSchema schema) {
    FolderSink folder = new FolderSink(directory.resolve("sealed-" + segment.id()));
    SegmentManifest manifest = segment.flush(folder);
    return SealedSegment.open(manifest, schema, Set.of(), folder);
  }

  private void index(SealedSegment segment, CollectionSchema schema) {
    for (long field : new long[] {Birds.GROUP, Birds.KEY, Birds.RARE}) {
      Path file = directory.resolve("index-" + segment.id() + "-" + field);
      segment.withColumn(
          field,
          column -> {
            ScalarIndexes.build("INVERTED", schema.field(field).orElseThrow(), column, file);
            return column.rows();
          });
      assertThat(segment.attachScalarIndex(field, List.of(), file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
    }
  }

  private static void check(
      String form, History history, List<? extends Segment> segments, long from, long seed) {
    Judge judge = new Judge("%s seed %d".formatted(form, seed), history, segments);
    for (long read = from; read <= history.now + 1; read += 1 + history.random.nextInt(20)) {
      judge.judge(read, 0);
    }
    judge.judge(history.now, from + (history.now - from) / 2);
    judge.judge(Long.MAX_VALUE, 0);
  }
}
