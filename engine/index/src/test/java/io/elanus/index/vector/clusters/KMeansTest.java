package io.elanus.index.vector.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Lloyd's algorithm written plainly, in double. */
class KMeansTest {
  private static final long SEED = 71;
  private static final int ROUNDS = 10;

  private static float[][] rows(long seed, int count, int clusters, int dimension, double spread) {
    Random random = new Random(seed);
    float[][] centres = new float[clusters][dimension];
    for (float[] centre : centres) {
      for (int i = 0; i < dimension; i++) {
        centre[i] = (float) random.nextGaussian();
      }
    }
    float[][] rows = new float[count][dimension];
    for (float[] row : rows) {
      float[] centre = centres[random.nextInt(clusters)];
      for (int i = 0; i < dimension; i++) {
        row[i] = (float) (centre[i] + spread * random.nextGaussian());
      }
    }
    return rows;
  }

  /** Rows with a gap between them, as those of a table have. */
  private static KMeans.Points points(float[][] rows, Arena arena) {
    int dimension = rows[0].length;
    long stride = 4L * dimension + 12;
    MemorySegment data = arena.allocate(stride * rows.length, 64);
    data.fill((byte) 0x7f);
    for (int row = 0; row < rows.length; row++) {
      MemorySegment.copy(rows[row], 0, data, IndexFileFormat.FLOAT, stride * row, dimension);
    }
    return new KMeans.Points(data, stride, dimension, rows.length);
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static double squared(float[] row, float[] centres, int centre) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      double apart = (double) row[i] - centres[centre * row.length + i];
      sum += apart * apart;
    }
    return sum;
  }

  private static int nearest(float[] row, float[] centres) {
    int best = 0;
    for (int centre = 1; centre < centres.length / row.length; centre++) {
      best = squared(row, centres, centre) < squared(row, centres, best) ? centre : best;
    }
    return best;
  }

  /** The sum of the squared distances of all rows from their nearest centres. */
  private static double inertia(float[][] rows, float[] centres) {
    return Arrays.stream(rows)
        .mapToDouble(row -> squared(row, centres, nearest(row, centres)))
        .sum();
  }

  /** The rows that training begins with. */
  private static float[] seeds(float[][] rows, int count) {
    int dimension = rows[0].length;
    int[] sample = KMeans.sample(rows.length, count, dimension);
    float[] seeds = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows[sample[i]], 0, seeds, i * dimension, dimension);
    }
    return seeds;
  }

  /** One round; a centre without rows stays. */
  private static float[] moved(float[][] rows, float[] centres) {
    int dimension = rows[0].length;
    double[] sums = new double[centres.length];
    int[] members = new int[centres.length / dimension];
    for (float[] row : rows) {
      int centre = nearest(row, centres);
      members[centre]++;
      for (int i = 0; i < dimension; i++) {
        sums[centre * dimension + i] += row[i];
      }
    }
    float[] moved = centres.clone();
    for (int i = 0; i < moved.length; i++) {
      if (members[i / dimension] > 0) {
        moved[i] = (float) (sums[i] / members[i / dimension]);
      }
    }
    return moved;
  }

  private static float[] trained(KMeans.Points points, int count, int threads, Arena arena) {
    try (Workers workers = new Workers(BuildContext.withThreads(threads))) {
      return new KMeans(points, count, false, workers, arena).train().clone();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {SEED, SEED + 1, SEED + 2})
  void learnsWhatLloydsAlgorithmLearns(long seed) {
    float[][] rows = rows(seed, 1500, 12, 7, 0.1);
    float[] plain = seeds(rows, 12);
    for (int round = 0; round < ROUNDS; round++) {
      float[] next = moved(rows, plain);
      assertThat(inertia(rows, next)).isLessThanOrEqualTo(inertia(rows, plain) * (1 + 1e-6));
      plain = next;
    }
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(2))) {
      KMeans means = new KMeans(points(rows, arena), 12, false, workers, arena);
      float[] centres = means.trainThoroughly();
      assertThat(centres).as("seed %d", seed).containsExactly(plain, within(1e-3f));
    }
  }

  /** Whether all rounds see all rows or the first of them a part, what is learnt is better. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 17, 90})
  void inertiaFallsAndRowsAreOfTheirNearestCentres(int count) {
    float[][] rows = rows(SEED + count, 2000, 25, 9, 0.4);
    double before = inertia(rows, seeds(rows, count));
    for (boolean thoroughly : new boolean[] {false, true}) {
      try (Arena arena = Arena.ofShared();
          Workers workers = new Workers(BuildContext.withThreads(2))) {
        KMeans means = new KMeans(points(rows, arena), count, false, workers, arena);
        float[] centres = thoroughly ? means.trainThoroughly() : means.train();
        String what = "%d centres, seed %d".formatted(count, SEED + count);
        assertThat(inertia(rows, centres)).as(what).isLessThan(before);
        assertThat(inertia(rows, moved(rows, centres)))
            .as(what)
            .isLessThanOrEqualTo(inertia(rows, centres) * (1 + 1e-6));
        int[] nearest = means.assign(all(rows.length));
        for (int row = 0; row < rows.length; row++) {
          double least = squared(rows[row], centres, nearest(rows[row], centres));
          assertThat(squared(rows[row], centres, nearest[row]))
              .as("row %d, %s", row, what)
              .isCloseTo(least, within(1e-4 * (1 + least)));
        }
        int[] some = {5, 1999, 5, 0};
        assertThat(means.assign(some))
            .containsExactly(nearest[5], nearest[1999], nearest[5], nearest[0]);
        assertThat(means.assign(new int[0])).isEmpty();
      }
    }
  }

  /** Three places and eight centres: five of them keep no row, or share theirs with a twin. */
  @Test
  void duplicatesLeaveCentresWithoutRows() {
    float[][] places = {{1, 2, 3}, {-4, 0, 4}, {9, 9, -9}};
    Random random = new Random(SEED);
    float[][] rows = new float[400][];
    Arrays.setAll(rows, row -> places[row < 3 ? row : random.nextInt(3)].clone());
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(2))) {
      KMeans means = new KMeans(points(rows, arena), 8, false, workers, arena);
      float[] centres = means.train();
      for (float number : centres) {
        assertThat(Float.isFinite(number)).isTrue();
      }
      int[] nearest = means.assign(all(rows.length));
      for (int row = 0; row < rows.length; row++) {
        assertThat(nearest[row])
            .as("of centres as near the first, row %d, seed %d", row, SEED)
            .isEqualTo(nearest(rows[row], centres));
      }
      assertThat(Arrays.stream(nearest).distinct().count()).isLessThanOrEqualTo(3);
      Clusters clusters = Clusters.of(nearest, 8, means.padded());
      assertThat(clusters.starts()).hasSize(9).endsWith(rows.length).isSorted();
      assertThat(Arrays.stream(clusters.order()).sorted()).containsExactly(boxed(rows.length));
    }
  }

  private static Integer[] boxed(int count) {
    return IntStream.range(0, count).boxed().toArray(Integer[]::new);
  }

  @Test
  void equalRowsAreOfOneCentre() {
    float[][] rows = new float[100][];
    Arrays.setAll(rows, row -> new float[] {0.5f, -2, 8});
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(1))) {
      KMeans means = new KMeans(points(rows, arena), 4, false, workers, arena);
      assertThat(means.train()).startsWith(0.5f, -2, 8);
      assertThat(means.assign(all(100))).containsOnly(0);
    }
  }

  /** Lists are at most as many as rows; where they are as many, each row is a centre. */
  @Test
  void asManyCentresAsRows() {
    IndexSpec spec = new IndexSpec(IndexType.IVF_FLAT, Metric.L2, Map.of("nlist", "64"));
    assertThat(Clusters.lists(spec, 0)).isZero();
    assertThat(Clusters.lists(spec, 1)).isEqualTo(1);
    assertThat(Clusters.lists(spec, 38)).isEqualTo(1);
    assertThat(Clusters.lists(spec, 10 * 39)).isEqualTo(10);
    assertThat(Clusters.lists(spec, 1_000_000)).isEqualTo(64);
    float[][] rows = rows(SEED, 40, 40, 6, 1);
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(1))) {
      KMeans means = new KMeans(points(rows, arena), rows.length, false, workers, arena);
      assertThat(inertia(rows, means.train())).isZero();
      assertThat(means.assign(all(rows.length))).doesNotHaveDuplicates();
    }
  }

  @Test
  void threadsDoNotShow() {
    float[][] rows = rows(SEED, 5000, 30, 33, 0.5);
    try (Arena arena = Arena.ofShared()) {
      KMeans.Points points = points(rows, arena);
      float[] one = trained(points, 40, 1, arena);
      for (int threads : new int[] {2, 5}) {
        assertThat(trained(points, 40, threads, arena))
            .as("%d threads, seed %d", threads, SEED)
            .isEqualTo(one);
      }
    }
  }

  @Test
  void centresOnTheSphereAreOfLengthOne() {
    float[][] rows = rows(SEED, 900, 10, 12, 0.5);
    for (float[] row : rows) {
      double length = Math.sqrt(squared(row, new float[row.length], 0));
      for (int i = 0; i < row.length; i++) {
        row[i] /= (float) length;
      }
    }
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(1))) {
      KMeans.Points points = points(rows, arena);
      KMeans means = new KMeans(points, 10, true, workers, arena);
      float[] centres = means.train().clone();
      MemorySegment padded = means.padded();
      assertThat(padded.byteSize()).isEqualTo(10 * points.stride());
      for (int centre = 0; centre < 10; centre++) {
        assertThat(Math.sqrt(squared(new float[12], centres, centre))).isCloseTo(1, within(1e-5));
        for (int i = 0; i < 12; i++) {
          assertThat(padded.get(IndexFileFormat.FLOAT, centre * points.stride() + 4L * i))
              .isEqualTo(centres[centre * 12 + i]);
        }
      }
    }
  }

  /** A build that is cancelled stops in the middle of a round. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 12})
  void isCancelled(int looks) {
    float[][] rows = rows(SEED, 3000, 10, 16, 0.5);
    AtomicInteger left = new AtomicInteger(looks);
    BuildContext context = new StoppedBuild(() -> left.getAndDecrement() <= 0);
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(context)) {
      KMeans means = new KMeans(points(rows, arena), 60, false, workers, arena);
      assertThatThrownBy(means::train)
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }
  }
}
