package io.elanus.vectors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The time from the first use of a SIMD kernel to its compilation. A thread of its own runs the
 * kernel on scratch rows, which makes the compiler see it, until it is quicker than the scalar form
 * or twenty seconds are over; then the thread ends.
 */
final class KernelStart {
  private static final Map<Class<?>, KernelStart> STARTS = new ConcurrentHashMap<>();
  private static final int ROWS = 61; // no multiple of what a step takes
  private static final long MOST_NANOS = 20_000_000_000L;

  /** How much longer than a run the pause after it is: whoever starts has better use for a core. */
  private static final int PAUSES = 4;

  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean over;

  private KernelStart() {}

  /** The start of the loop that the class of the SIMD kernel is; begun by the first who asks. */
  static KernelStart of(Kernel simd, Kernel scalar) {
    return STARTS.computeIfAbsent(
        simd.getClass(),
        loop -> {
          KernelStart start = new KernelStart();
          Thread.ofPlatform()
              .daemon()
              .name("kernel-start-" + loop.getSimpleName())
              .start(() -> start.run(simd, scalar));
          return start;
        });
  }

  /** Whether the SIMD form is the quicker one by now. */
  boolean over() {
    return over;
  }

  void await() throws InterruptedException {
    end.await();
  }

  private void run(Kernel simd, Kernel scalar) {
    try (Arena arena = Arena.ofConfined()) {
      Trial quick = new Trial(arena, simd);
      Trial plain = new Trial(arena, scalar);
      long begun = System.nanoTime();
      long runNanos;
      do {
        runNanos = quick.run() + plain.run();
      } while (quick.leastNanos >= plain.leastNanos
          && System.nanoTime() - begun < MOST_NANOS
          && pause(PAUSES * runNanos));
    } finally {
      over = true;
      end.countDown();
    }
  }

  private static boolean pause(long nanos) {
    LockSupport.parkNanos(nanos);
    return true;
  }

  /** The quickest run of a kernel over rows of its own. */
  private static final class Trial {
    /** A fair number in every type of element: as float32 0.747. */
    private static final byte SOME = 0x3f;

    private static final int[] ORDINALS = IntStream.range(0, ROWS).toArray();

    private final Kernel kernel;
    private final MemorySegment query;
    private final MemorySegment rows;
    private final float[] distances = new float[ROWS];
    private long leastNanos = Long.MAX_VALUE;

    Trial(Arena arena, Kernel kernel) {
      this.kernel = kernel;
      this.query = arena.allocate(kernel.queryBytes(), 64);
      this.rows = arena.allocate((long) ROWS * kernel.rowBytes(), 64);
      query.fill(SOME);
      rows.asSlice(kernel.rowBytes()).fill(SOME); // and the first one zero: both ways are seen
    }

    long run() {
      long begun = System.nanoTime();
      kernel.distances(query, rows, 0, kernel.rowBytes(), ORDINALS, ROWS, distances);
      long nanos = System.nanoTime() - begun;
      leastNanos = Math.min(leastNanos, nanos);
      return nanos;
    }
  }
}
