package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexOrigin;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of 3,000 rows 99 % are deleted: searches find just what is left, near or far. */
final class ManyDeletesTest {
  private static final int ROWS = 3000;
  private static final int LEFT = 30;
  private static final int K = 10;
  private static final long BEFORE = 20;
  private static final long AFTER = 50;

  @TempDir Path directory;

  private final CollectionSchema schema = Birds.schema(DataType.INT64);
  private final History history = new History(DataType.INT64, 99);
  private final float[] query = history.vector();

  private GrowingSegment written() {
    GrowingSegment growing =
        new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema, 8, 500);
    List<Birds.Bird> birds =
        LongStream.range(0, ROWS).mapToObj(i -> history.randomBird(i)).toList();
    growing.append(Birds.batch(schema, birds), 10, ROWS);
    birds.forEach(bird -> history.versions.add(new History.Version(bird, 10)));
    return growing;
  }

  /** Leaves rows by chance, or those farthest from the query. */
  private void deleteNearlyAll(Segment segment, boolean farthest) {
    List<Birds.Bird> birds =
        new ArrayList<>(history.versions.stream().map(History.Version::bird).toList());
    if (farthest) {
      birds.sort(Comparator.comparingDouble(bird -> bird.vector() == null ? 0 : distance(bird)));
    } else {
      Collections.shuffle(birds, history.random);
    }
    List<? extends Comparable<?>> gone =
        birds.subList(0, ROWS - LEFT).stream().map(Birds.Bird::key).toList();
    long[] times = new long[gone.size()];
    Arrays.fill(times, BEFORE + 10);
    segment.delete(history.keys(gone), times);
    gone.forEach(key -> history.deletes.put(key, List.of(BEFORE + 10)));
  }

  private double distance(Birds.Bird bird) {
    return History.distance(query, bird.vector());
  }

  private SearchHits search(Segment segment, int k, long read) {
    return segment
        .search(Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(query), k, read))
        .getFirst();
  }

  /**
   * The nearest of what is left, and all of it.
   *
   * @param exact whether scores are of the rows themselves, not of their codes
   */
  private void judge(Segment segment, boolean exact) {
    assertThat(search(segment, K, BEFORE).count()).isEqualTo(K);
    List<Comparable<?>> left =
        history.newest(AFTER, 0, bird -> bird.vector() != null).stream()
            .map(version -> version.bird())
            .sorted(Comparator.comparingDouble(this::distance))
            .<Comparable<?>>map(Birds.Bird::key)
            .toList();
    assertThat(left.size()).isBetween(K + 1, LEFT);
    for (int k : new int[] {K, ROWS}) {
      SearchHits found = search(segment, k, AFTER);
      assertThat(found.count()).isEqualTo(Math.min(k, left.size()));
      List<Float> scores = history.best(query, k, AFTER, 0, bird -> true);
      for (int i = 0; i < found.count(); i++) {
        assertThat(left).contains(found.keys().get(i));
        if (exact) {
          assertThat(found.keys().get(i)).isEqualTo(left.get(i));
          assertThat(found.scores()[i]).isCloseTo(scores.get(i), within(1e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLAT, , false, true",
    "HNSW, , false, true",
    "HNSW, , true, true",
    "HNSW_SQ, sq_type=SQ8, true, false",
    "HNSW_PQ, m=4, false, false",
    "AUTOINDEX, , true, true",
    "DISKANN, , true, true",
    "AISAQ, , false, true",
    "IVF_FLAT, , true, true",
    "IVF_SQ8, , false, false",
    "IVF_PQ, m=4, true, false",
    "IVF_RABITQ, , true, false",
    "SCANN, , false, true",
    "ANNOY, , true, true"
  })
  void sealedRowsBehindAnIndex(IndexType type, String parameter, boolean farthest, boolean exact) {
    FolderSink sink = new FolderSink(directory.resolve("segment"));
    try (GrowingSegment growing = written();
        SealedSegment segment = SealedSegment.open(growing.flush(sink), schema, Set.of(), sink)) {
      Map<String, String> parameters =
          parameter == null ? Map.of() : Map.of(parameter.split("=")[0], parameter.split("=")[1]);
      IndexSpec spec = new IndexSpec(type, Metric.L2, parameters);
      Path file = directory.resolve("index");
      segment.withVectors(
          Birds.VECTOR,
          rows -> {
            VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
            return rows.count();
          });
      assertThat(segment.attachVectorIndex(Birds.VECTOR, file, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.IN_USE);
      deleteNearlyAll(segment, farthest);
      judge(segment, exact);
    }
  }

  @ParameterizedTest
  @CsvSource({"HNSW, false", "HNSW, true"})
  void growingRowsBehindAGraph(IndexType type, boolean farthest) {
    try (GrowingSegment segment = written()) {
      segment.serve(true);
      segment.extendGraphs(() -> Map.of(Birds.VECTOR, IndexSpec.of(type, Metric.L2)), () -> false);
      deleteNearlyAll(segment, farthest);
      judge(segment, true);
    }
  }

  @Test
  void growingRowsWithoutOne() {
    try (GrowingSegment segment = written()) {
      deleteNearlyAll(segment, false);
      judge(segment, true);
    }
  }
}
