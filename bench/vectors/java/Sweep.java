package io.elanus.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * Carries out a task with an engine and writes the result as JSON, the rows found as int32 [points
 * × queries × k], as bench/vectors/worker.py does. All searches run on the calling thread.
 */
final class Sweep {
  private static final int SETTLED_PASSES = 8;

  private final Task task;
  private final Engine engine;
  private final StringJoiner points = new StringJoiner(", ");
  private final int k;
  private long wallNanos;
  private long cpuNanos;

  private interface Searcher {
    int[] search(int query) throws IOException;
  }

  Sweep(Task task, Engine engine) {
    this.task = task;
    this.engine = engine;
    this.k = task.number("k");
  }

  void run() throws IOException {
    switch (task.text("mode")) {
      case "build" -> build();
      case "search" -> search();
      case "filter" -> filter();
      default -> throw new IllegalArgumentException(task.text("mode"));
    }
  }

  private void build() throws IOException {
    long wall = System.nanoTime();
    long cpu = processNanos();
    engine.build();
    double seconds = (System.nanoTime() - wall) / 1e9;
    double cpuSeconds = (processNanos() - cpu) / 1e9;
    write(
        String.format(
            Locale.ROOT,
            "{\"build_s\": %.4f, \"build_cpu_s\": %.4f, \"bytes\": %d}",
            seconds,
            cpuSeconds,
            bytes(task.path("folder"))));
  }

  private void search() throws IOException {
    engine.open();
    double[] efforts = task.efforts();
    int queries = task.number("queries");
    warm(efforts, queries, engine::search);
    try (FileChannel found = foundFile()) {
      for (double effort : efforts) {
        engine.effort(effort);
        append(found, timed(queries, searcher(queries)));
        point(queries, effort, "");
      }
    }
    write("{\"points\": [" + points + "]}");
  }

  /** Where several queries are asked at once, the first of them waits for the answers of all. */
  private Searcher searcher(int queries) {
    int together = engine.together();
    if (together == 1) {
      return engine::search;
    }
    int[][][] answers = new int[1][][];
    return query -> {
      if (query % together == 0) {
        answers[0] = engine.search(query, Math.min(queries, query + together));
      }
      return answers[0][query % together];
    };
  }

  private void filter() throws IOException {
    engine.open();
    int queries = Math.min(task.number("queries"), task.number("masked_queries"));
    try (Arena arena = Arena.ofConfined();
        FileChannel found = foundFile()) {
      int masks = task.number("masks_count");
      MemorySegment bits = Task.array(task.path("masks"), arena);
      long bytes = bits.byteSize() / masks / task.number("masks_queries");
      for (int mask = 0; mask < masks; mask++) {
        Object[] allowed = new Object[queries];
        for (int q = 0; q < queries; q++) {
          long at = ((long) mask * task.number("masks_queries") + q) * bytes;
          allowed[q] = engine.allow(bits.asSlice(at, bytes).toArray(ValueLayout.JAVA_LONG));
        }
        Searcher searcher = query -> engine.search(query, allowed[query]);
        warm(task.efforts(), queries, searcher);
        for (double effort : task.efforts()) {
          engine.effort(effort);
          append(found, timed(queries, searcher));
          point(queries, effort, String.format(", \"mask\": %d", mask));
        }
      }
    }
    write("{\"points\": [" + points + "]}");
  }

  /**
   * All efforts in turn for a while, then the least one until its best time has stopped falling:
   * the compiler may come late on a machine that is not idle.
   */
  private void warm(double[] efforts, int queries, Searcher searcher) throws IOException {
    double seconds = task.has("warm") ? Double.parseDouble(task.text("warm")) : 3;
    long end = System.nanoTime() + (long) (1e9 * seconds);
    while (System.nanoTime() < end) {
      for (double effort : efforts) {
        engine.effort(effort);
        for (int q = 0; q < queries && System.nanoTime() < end; q++) {
          searcher.search(q);
        }
      }
    }
    engine.effort(efforts[0]);
    end = System.nanoTime() + (long) (3e9 * seconds);
    long best = Long.MAX_VALUE;
    for (int settled = 0; settled < SETTLED_PASSES && System.nanoTime() < end; settled++) {
      long begun = System.nanoTime();
      for (int q = 0; q < queries; q++) {
        searcher.search(q);
      }
      long took = System.nanoTime() - begun;
      settled = took < 0.95 * best ? 0 : settled;
      best = Math.min(best, took);
    }
  }

  /** Answers of the last of several passes; the best times are left in the fields. */
  private int[][] timed(int queries, Searcher searcher) throws IOException {
    int[][] answers = new int[queries][];
    wallNanos = Long.MAX_VALUE;
    cpuNanos = Long.MAX_VALUE;
    long begun = System.nanoTime();
    for (int pass = 0; pass < task.number("passes"); pass++) {
      long cpu = threadNanos();
      long wall = System.nanoTime();
      for (int q = 0; q < queries; q++) {
        answers[q] = searcher.search(q);
      }
      wallNanos = Math.min(wallNanos, System.nanoTime() - wall);
      cpuNanos = Math.min(cpuNanos, threadNanos() - cpu);
      if (System.nanoTime() - begun > 1e9 * Double.parseDouble(task.text("budget"))) {
        break;
      }
    }
    return answers;
  }

  private void point(int queries, double effort, String more) {
    points.add(
        String.format(
            Locale.ROOT,
            "{\"qps\": %.2f, \"cpu_qps\": %.2f, \"effort\": %s%s}",
            1e9 * queries / wallNanos,
            1e9 * queries / Math.max(1, cpuNanos),
            effort == Math.rint(effort) ? Long.toString((long) effort) : Double.toString(effort),
            more));
  }

  private FileChannel foundFile() throws IOException {
    return FileChannel.open(
        task.path("found"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  private void append(FileChannel file, int[][] answers) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * k * answers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] answer : answers) {
      int[] rows = Arrays.copyOf(answer, k);
      Arrays.fill(rows, Math.min(k, answer.length), k, -1);
      for (int row : rows) {
        buffer.putInt(row);
      }
    }
    file.write(buffer.flip());
  }

  private void write(String json) throws IOException {
    Files.writeString(task.path("result"), json);
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(Sweep::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
