package io.elanus.benchmark;

import io.elanus.roles.RootCoord;
import io.elanus.transport.ClusterSecret;
import io.elanus.transport.RoleClient;
import io.elanus.transport.Trust;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks RootCoord for timestamps as fast as it answers: {@code OracleLoad HOST:PORT THREADS COUNT SECONDS}, the cluster's secret in {@code
 * ELANUS_CLUSTER_SECRET}. Every answer is held against the largest timestamp that anybody had before the question.
 */
public final class OracleLoad {
  private final RootCoord root;
  private final int count;
  private final long until;
  private final AtomicLong largest = new AtomicLong();

  private OracleLoad(RootCoord root, int count, long until) {
    this.root = root;
    this.count = count;
    this.until = until;
  }

  public static void main(String[] arguments) throws InterruptedException {
    String[] address = arguments[0].split(":");
    Trust trust = Trust.in(ClusterSecret.of(System.getenv("ELANUS_CLUSTER_SECRET")));
    try (RoleClient client = RoleClient.open(address[0], Integer.parseInt(address[1]), trust)) {
      RootCoord root = client.role(RootCoord.class);
      root.allocateTimestamps(1);
      long began = System.nanoTime();
      long until = began + (long) (Double.parseDouble(arguments[3]) * 1e9);
      OracleLoad load = new OracleLoad(root, Integer.parseInt(arguments[2]), until);
      long[] nanos = load.run(Integer.parseInt(arguments[1]));
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "{\"calls\": %d, \"per_s\": %.1f, \"p50_ms\": %.4f, \"p99_ms\": %.4f}%n",
          nanos.length,
          nanos.length / seconds,
          nanos[nanos.length / 2] / 1e6,
          nanos[(int) (nanos.length * 0.99)] / 1e6);
    }
  }

  /** Nanoseconds of every request, rising. */
  private long[] run(int threads) throws InterruptedException {
    List<List<Long>> taken = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      List<Long> mine = new ArrayList<>();
      taken.add(mine);
      running.add(Thread.ofVirtual().start(() -> ask(mine)));
    }
    for (Thread thread : running) {
      thread.join();
    }
    long[] nanos = taken.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray();
    Arrays.sort(nanos);
    return nanos;
  }

  private void ask(List<Long> nanos) {
    while (System.nanoTime() < until) {
      long floor = largest.get();
      long began = System.nanoTime();
      long first = root.allocateTimestamps(count).first();
      nanos.add(System.nanoTime() - began);
      if (first <= floor) {
        System.err.println("timestamp " + first + " is not above " + floor);
        Runtime.getRuntime().halt(1);
      }
      largest.accumulateAndGet(first + count - 1, Math::max);
    }
  }
}
