package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorRows;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Builds that tell how far they are, and that are told to stop at some moment between their first
 * step and their last.
 */
class StoppedBuildsTest {
  private static final long SEED = 29;
  private static final int ROWS = 2100;
  private static final double[] MOMENTS = {0, 0.1, 0.3, 0.5, 0.7, 0.9};

  /** A build of every type. */
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @CsvSource({
    "FLAT,COSINE,",
    "HNSW,L2,",
    "HNSW_SQ,L2,sq_type=SQ6;refine=true;refine_type=FP16",
    "HNSW_SQ,COSINE,sq_type=RABITQ;refine=true;refine_type=FP32",
    "HNSW_SQ,L2,sq_type=BF16",
    "HNSW_PQ,L2,m=4",
    "HNSW_PRQ,L2,m=4",
    "DISKANN,L2,",
    "AISAQ,L2,",
    "AUTOINDEX,COSINE,",
    "IVF_FLAT,L2,nlist=32",
    "IVF_SQ8,L2,nlist=32",
    "IVF_PQ,L2,m=4;nlist=32",
    "SCANN,L2,nlist=32",
    "IVF_RABITQ,COSINE,refine=true;nlist=32",
    "IVF_RABITQ_FASTSCAN,L2,nlist=32",
    "ANNOY,L2,",
    "BIN_FLAT,HAMMING,",
    "BIN_IVF_FLAT,HAMMING,nlist=32",
    "MINHASH_LSH,MHJACCARD,mh_lsh_band=2",
    "SPARSE_INVERTED_INDEX,IP,",
  })
  private @interface EveryBuild {}

  @TempDir Path folder;

  /** No step follows the one that asks: each of them asks first. */
  @EveryBuild
  void doNothingOnceToldTo(IndexType type, Metric metric, String parameters) {
    IndexSpec spec = new IndexSpec(type, metric, parameters(parameters));
    Path file = folder.resolve("index");
    try (Arena arena = Arena.ofShared()) {
      VectorRows rows = rows(type, arena);
      AtomicInteger all = new AtomicInteger();
      VectorIndexes.build(spec, rows, new Told(() -> all.incrementAndGet() < 0, any -> {}), file);
      assertThat(file.toFile().delete()).isTrue();
      for (double moment : MOMENTS) {
        int last = 1 + (int) (moment * all.get());
        AtomicInteger asked = new AtomicInteger();
        BuildContext told = new Told(() -> asked.incrementAndGet() >= last, any -> {});
        assertThatThrownBy(() -> VectorIndexes.build(spec, rows, told, file))
            .as("%s, at %d of %d, seed %d", type, last, all.get(), SEED)
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(asked).hasValue(last);
        assertThat(folder).isEmptyDirectory();
      }
    }
  }

  @EveryBuild
  void comeNearerToTheirEndUntilTheFileIsThere(IndexType type, Metric metric, String parameters) {
    IndexSpec spec = new IndexSpec(type, metric, parameters(parameters));
    Path file = folder.resolve("index");
    List<Double> told = new ArrayList<>();
    DoubleConsumer progress =
        fraction -> {
          told.add(fraction);
          assertThat(file.toFile().exists()).as("told %s", told).isEqualTo(fraction == 1);
        };
    try (Arena arena = Arena.ofShared()) {
      VectorIndexes.build(spec, rows(type, arena), new Told(() -> false, progress), file);
    }
    assertThat(told).isSorted().doesNotContain(Double.NaN).endsWith(1.0);
    assertThat(told.getFirst()).isNotNegative();
  }

  /** As a node stops them: the memory of the rows is given back at once. */
  @EveryBuild
  void anInterruptEndsAllThreads(IndexType type, Metric metric, String parameters)
      throws InterruptedException {
    IndexSpec spec = new IndexSpec(type, metric, parameters(parameters));
    Path file = folder.resolve("index");
    Random random = new Random(SEED);
    for (int round = 0; round < 4; round++) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread build =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
              .start(() -> {
                try (Arena arena = Arena.ofShared()) {
                  VectorIndexes.build(spec, rows(type, arena), new Interruptible(), file);
                }
              });
      TimeUnit.MILLISECONDS.sleep(random.nextInt(40));
      build.interrupt();
      build.join();
      if (failure.get() == null) {
        assertThat(file.toFile().delete()).isTrue();
      } else {
        assertThat(failure.get())
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(folder).isEmptyDirectory();
      }
    }
  }

  private record Interruptible() implements BuildContext {
    @Override
    public int threads() {
      return 3;
    }

    @Override
    public boolean cancelled() {
      return Thread.currentThread().isInterrupted();
    }

    @Override
    public void progress(double fraction) {}
  }

  /** By one thread, which runs watched calls as well: how often it asks hangs on no clock. */
  private record Told(BooleanSupplier stopped, DoubleConsumer told) implements BuildContext {
    @Override
    public int threads() {
      return 1;
    }

    @Override
    public boolean cancelled() {
      return stopped.getAsBoolean();
    }

    @Override
    public <T> T watch(Supplier<T> call) {
      stopIfCancelled();
      return call.get();
    }

    @Override
    public BuildContext part(double from, double to) {
      return new Told(stopped, fraction -> told.accept(from + fraction * (to - from)));
    }

    @Override
    public void progress(double fraction) {
      told.accept(fraction);
    }
  }

  private static VectorRows rows(IndexType type, Arena arena) {
    return switch (type) {
      case SPARSE_INVERTED_INDEX -> SampleRows.sparse(ROWS, 400, 12, SEED, arena);
      case BIN_FLAT, BIN_IVF_FLAT, MINHASH_LSH ->
          SampleRows.of(DataType.BINARY_VECTOR, 128, SEED).rows(ROWS, arena);
      default -> SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED).rows(ROWS, arena);
    };
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : text == null ? new String[0] : text.split(";")) {
      String[] nameAndValue = pair.split("=");
      parameters.put(nameAndValue[0], nameAndValue[1]);
    }
    return parameters;
  }
}
