package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.growing.GrowingGraph;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Times builds and searches of one index; a program, not a test. Arguments are key=value: {@code
 * type=HNSW metric=COSINE rows=60000 dimension=384 data=FOLDER threads=2 ef=16,32,64 M=16
 * efConstruction=200 filters=true growing=true}; the last builds the graph of growing rows. A data
 * folder holds base.npy and query.npy, float32; without one the rows are synthetic clusters.
 */
final class VectorBench {
  private static final int K = 10;
  private static final int QUERIES = 500;

  private final Map<String, String> arguments = new HashMap<>();
  private final Arena arena = Arena.ofShared();
  private DenseRows rows;
  private MemorySegment[] queries;

  private VectorBench(String[] args) throws IOException {
    for (String arg : args) {
      arguments.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    int count = Integer.parseInt(arguments.getOrDefault("rows", "60000"));
    int dimension = Integer.parseInt(arguments.getOrDefault("dimension", "384"));
    String data = arguments.get("data");
    queries = new MemorySegment[QUERIES];
    if (data == null) {
      SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, dimension, 600, 0.8f, 1);
      rows = sample.rows(count, arena);
      for (int i = 0; i < QUERIES; i++) {
        queries[i] = sample.vector();
      }
    } else {
      MemorySegment base = npy(Path.of(data, "base.npy"));
      rows =
          DenseRows.of(
              DataType.FLOAT_VECTOR,
              dimension,
              (int) Math.min(count, base.byteSize() / (4L * dimension)),
              base);
      MemorySegment query = npy(Path.of(data, "query.npy"));
      for (int i = 0; i < QUERIES; i++) {
        queries[i] = query.asSlice(i * 4L * dimension, 4L * dimension);
      }
    }
  }

  public static void main(String[] args) throws IOException {
    new VectorBench(args).run();
  }

  /** The numbers of a file without its header; copied, so that rows are aligned. */
  private MemorySegment npy(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      int header = 10 + all.get(ValueLayout.JAVA_SHORT_UNALIGNED, 8);
      MemorySegment copy = arena.allocate(all.byteSize() - header, 64);
      return copy.copyFrom(all.asSlice(header));
    }
  }

  private void run() throws IOException {
    Metric metric = Metric.valueOf(arguments.getOrDefault("metric", "COSINE"));
    IndexType type = IndexType.valueOf(arguments.getOrDefault("type", "HNSW"));
    Map<String, String> params = new HashMap<>();
    for (String name :
        new String[] {
          "M",
          "efConstruction",
          "nlist",
          "m",
          "nbits",
          "sub_dim",
          "sq_type",
          "refine",
          "refine_type",
          "with_raw_data"
        }) {
      if (arguments.containsKey(name)) {
        params.put(name, arguments.get(name));
      }
    }
    IndexSpec spec = new IndexSpec(type, metric, params);
    int threads = Integer.parseInt(arguments.getOrDefault("threads", "2"));
    System.out.printf(
        "%s kernels, %d rows x %d, %s %s %s%n",
        Kernels.active(), rows.count(), rows.dimension(), type, metric, params);
    VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, metric), rows);
    Bits all = Bits.all(rows.count());
    Neighbors[] truth = answers(exact, all, Map.of());
    System.out.printf("exact scan %.3f ms%n", millis(exact, all, Map.of()));
    if (arguments.containsKey("growing")) {
      growing(spec, exact, truth);
      return;
    }
    Path file = Files.createTempFile("bench", ".index");
    Files.delete(file);
    for (int pass = 0; pass < Integer.parseInt(arguments.getOrDefault("builds", "1")); pass++) {
      Files.deleteIfExists(file);
      long start = System.nanoTime();
      long cpu = processNanos();
      VectorIndexes.build(spec, rows, BuildContext.withThreads(threads), file);
      System.out.printf(
          "built in %.2f s, %.2f s of CPU, %.1f MB%n",
          (System.nanoTime() - start) / 1e9, (processNanos() - cpu) / 1e9, Files.size(file) / 1e6);
    }
    long start = System.nanoTime();
    try (VectorIndex index = VectorIndexes.open(file, arena)) {
      System.out.printf("opened in %.0f ms%n", (System.nanoTime() - start) / 1e6);
      String effort = type.name().contains("IVF") || type == IndexType.SCANN ? "nprobe" : "ef";
      for (String value : arguments.getOrDefault("ef", "16,32,64,100,150").split(",")) {
        Map<String, Object> search = new HashMap<>(Map.of(effort, Integer.valueOf(value)));
        for (String name : new String[] {"refine_k", "reorder_k"}) {
          if (arguments.containsKey(name)) {
            search.put(name, arguments.get(name));
          }
        }
        Neighbors[] found = answers(index, all, search);
        System.out.printf(
            "%s=%s recall %.4f  %.3f ms%n",
            effort, value, recall(found, truth), millis(index, all, search));
      }
      if (arguments.containsKey("filters")) {
        filters(exact, index);
      }
    }
    Files.delete(file);
  }

  /** Rows come in hundreds and are linked at once. */
  private void growing(IndexSpec spec, VectorIndex exact, Neighbors[] truth) {
    int step = 100;
    try (GrowingGraph graph = new GrowingGraph(spec)) {
      long start = cpuNanos();
      for (int from = 0; from < rows.count(); from += step) {
        int to = Math.min(rows.count(), from + step);
        DenseRows arrived =
            new DenseRows(
                rows.type(),
                rows.dimension(),
                to,
                rows.rowsPerChunk(),
                rows.chunks(),
                Bits.all(to));
        graph.extend(arrived, () -> false);
        if (to % 5000 == 0) {
          System.out.printf("%d rows, the last 5000 at %.1f us%n", to, (cpuNanos() - start) / 5e6);
          start = cpuNanos();
        }
      }
      System.out.printf("%.1f MB beside the rows%n", graph.bytes() / 1e6);
      Bits all = Bits.all(rows.count());
      VectorIndex index = graph.over(all, exact);
      for (String value : arguments.getOrDefault("ef", "16,32,64,100,150").split(",")) {
        Map<String, Object> search = Map.of("ef", Integer.valueOf(value));
        Neighbors[] found = answers(index, all, search);
        System.out.printf(
            "ef=%s recall %.4f  %.3f ms%n",
            value, recall(found, truth), millis(index, all, search));
      }
      if (arguments.containsKey("filters")) {
        filters(exact, index);
      }
    }
  }

  private void filters(VectorIndex exact, VectorIndex index) {
    for (double share : new double[] {0.9, 0.5, 0.2, 0.1, 0.03, 0.01, 0.001}) {
      Random random = new Random(5);
      Bits eligible = Bits.none(rows.count());
      for (int row = 0; row < rows.count(); row++) {
        if (random.nextDouble() < share) {
          eligible.set(row);
        }
      }
      report("random " + share, exact, index, eligible);
      for (boolean near : new boolean[] {true, false}) {
        Neighbors order =
            exact.search(query(exact, queries[0], rows.count(), Bits.all(rows.count()), Map.of()));
        Bits cluster = Bits.none(rows.count());
        int kept = (int) (share * rows.count());
        for (int i = 0; i < kept; i++) {
          cluster.set(order.rows()[near ? i : order.count() - 1 - i]);
        }
        report((near ? "near " : "far ") + share, exact, index, cluster);
      }
    }
  }

  private void report(String name, VectorIndex exact, VectorIndex index, Bits eligible) {
    Map<String, Object> search = Map.of("ef", 64);
    Neighbors[] found = answers(index, eligible, search);
    Neighbors[] truth = answers(exact, eligible, Map.of());
    System.out.printf(
        "filter %s recall %.4f  %.3f ms%n",
        name, recall(found, truth), millis(index, eligible, search));
  }

  private Neighbors[] answers(VectorIndex index, Bits eligible, Map<String, Object> search) {
    Neighbors[] answers = new Neighbors[QUERIES];
    for (int i = 0; i < QUERIES; i++) {
      answers[i] = index.search(query(index, queries[i], K, eligible, search));
    }
    return answers;
  }

  private static VectorQuery query(
      VectorIndex index, MemorySegment vector, int k, Bits eligible, Map<String, Object> search) {
    return new VectorQuery(
        vector, k, eligible, SearchParameters.of(index.spec(), k, search), ScoreRange.NONE);
  }

  private double millis(VectorIndex index, Bits eligible, Map<String, Object> search) {
    double best = Double.MAX_VALUE;
    for (int pass = 0; pass < 3; pass++) {
      long start = cpuNanos();
      answers(index, eligible, search);
      best = Math.min(best, (cpuNanos() - start) / 1e6 / QUERIES);
    }
    return best;
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** CPU time of this thread: other programs on the machine do not count. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double recall(Neighbors[] found, Neighbors[] truth) {
    int hits = 0;
    int wanted = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int row : truth[i].rows()) {
        wanted++;
        for (int other : found[i].rows()) {
          hits += row == other ? 1 : 0;
        }
      }
    }
    return (double) hits / wanted;
  }
}
