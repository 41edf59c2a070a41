package io.elanus.vectors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The time from the first use of a SIMD kernel to its compilation. A thread of its own runs the
 * kernel on scratch rows, which makes the compiler see it, until it is quicker than the scalar form
 * or twenty seconds are over; then the thread ends.
 */
final class KernelStart {
  private static final Map<Class<?>, KernelStart> STARTS = new ConcurrentHashMap<>();
  private static final long MOST_NANOS = 20_000_000_000L;

  /** How much longer than a run the pause after it is: whoever starts has better use for a core. */
  private static final int PAUSES = 4;

  /** The longest pause: the first runs are long, and each of them ends waiting a little sooner. */
  private static final long LONGEST_PAUSE_NANOS = 50_000_000;

  private volatile boolean over;

  KernelStart() {}

  /**
   * The SIMD kernel, if the loop that its class is was begun and is compiled; else a kernel that
   * becomes it.
   */
  static Kernel starting(Kernel simd, Supplier<Kernel> scalar) {
    if (isOver(simd.getClass())) {
      return simd;
    }
    Kernel plain = scalar.get();
    KernelStart start =
        begun(simd.getClass(), arena -> new Trial(arena, simd), arena -> new Trial(arena, plain));
    return new StartingKernel(simd, plain, start::over);
  }

  /** Whether the start of a loop was begun and is over. */
  static boolean isOver(Class<?> loop) {
    KernelStart known = STARTS.get(loop);
    return known != null && known.over();
  }

  /** As {@link #starting(Kernel, Supplier)}. */
  static NibbleFilter starting(NibbleFilter simd, NibbleFilter scalar, int dimension) {
    KernelStart start =
        begun(
            simd.getClass(),
            arena -> new FilterTrial(arena, Kernels.Form.SIMD, dimension),
            arena -> new FilterTrial(arena, Kernels.Form.SCALAR, dimension));
    return start.over() ? simd : new StartingNibbleFilter(simd, scalar, start::over);
  }

  /** As above. */
  static NibbleScan starting(NibbleScan simd, NibbleScan scalar) {
    KernelStart start =
        begun(
            simd.getClass(),
            arena -> new NibbleTrial(arena, Kernels.Form.SIMD),
            arena -> new NibbleTrial(arena, Kernels.Form.SCALAR));
    return start.over() ? simd : new StartingNibbleScan(simd, scalar, start::over);
  }

  /** As above, for tables of codes. */
  static EntryLoops starting(EntryLoops simd, EntryLoops scalar) {
    KernelStart start =
        begun(simd.getClass(), arena -> new EntryTrial(simd), arena -> new EntryTrial(scalar));
    return start.over() ? simd : new StartingEntries(simd, scalar, start::over);
  }

  private static KernelStart begun(
      Class<?> loop, Function<Arena, LongSupplier> simd, Function<Arena, LongSupplier> scalar) {
    return STARTS.computeIfAbsent(
        loop,
        simdLoop -> {
          KernelStart start = new KernelStart();
          Thread.ofPlatform()
              .daemon()
              .name("kernel-start-" + simdLoop.getSimpleName())
              .start(() -> start.run(simd, scalar));
          return start;
        });
  }

  /** Whether the SIMD form is to be used: it is the quicker one, or did not become so in time. */
  boolean over() {
    return over;
  }

  private void run(Function<Arena, LongSupplier> simd, Function<Arena, LongSupplier> scalar) {
    try (Arena arena = Arena.ofConfined()) {
      compare(simd.apply(arena), scalar.apply(arena), System::nanoTime, LockSupport::parkNanos);
    } finally {
      over = true;
    }
  }

  /**
   * Runs both by turns until the first was quicker once, or for twenty seconds.
   *
   * @param simd gives the nanoseconds that a run took, as {@code scalar} does
   * @param pause takes nanoseconds
   */
  void compare(LongSupplier simd, LongSupplier scalar, LongSupplier nanoTime, LongConsumer pause) {
    long begun = nanoTime.getAsLong();
    long leastSimd = Long.MAX_VALUE;
    long leastScalar = Long.MAX_VALUE;
    while (true) {
      long simdNanos = simd.getAsLong();
      long scalarNanos = scalar.getAsLong();
      leastSimd = Math.min(leastSimd, simdNanos);
      leastScalar = Math.min(leastScalar, scalarNanos);
      if (leastSimd < leastScalar || nanoTime.getAsLong() - begun >= MOST_NANOS) {
        over = true;
        return;
      }
      pause.accept(Math.min(LONGEST_PAUSE_NANOS, PAUSES * (simdNanos + scalarNanos)));
    }
  }

  /** A run of both loops of a kernel over rows of its own. */
  private static final class Trial implements LongSupplier {
    private static final int ROWS = 61; // no multiple of what a step takes

    /** A fair number in every type of element: as float32 0.747. */
    private static final byte SOME = 0x3f;

    private static final int[] ASCENDING = IntStream.range(0, ROWS).toArray();
    private static final int[] DESCENDING =
        IntStream.range(0, ROWS).map(i -> ROWS - 1 - i).toArray();

    private final Kernel kernel;
    private final MemorySegment query;
    private final MemorySegment rows;
    private final float[] distances = new float[ROWS];

    Trial(Arena arena, Kernel kernel) {
      this.kernel = kernel;
      this.query = arena.allocate(kernel.queryBytes(), 64);
      this.rows = arena.allocate((long) ROWS * kernel.rowBytes(), 64);
      query.fill(SOME);
      rows.asSlice(kernel.rowBytes()).fill(SOME); // and the first one zero: both ways are seen
    }

    @Override
    public long getAsLong() {
      long begun = System.nanoTime();
      kernel.distances(query, rows, 0, kernel.rowBytes(), ASCENDING, ROWS, distances);
      kernel.distances(query, rows, 0, kernel.rowBytes(), DESCENDING, ROWS, distances);
      return System.nanoTime() - begun;
    }
  }

  /** A table of 8-bit codes and one of pairs. */
  private static final class EntryTrial implements LongSupplier {
    private static final int WIDTH = 4;

    private final EntryLoops loops;
    private final float[] weights = {1, 2, 3, 4};
    private final float[] entries = new float[WIDTH * 256];
    private final float[] lengths = new float[256];
    private final float[] few = new float[16];
    private final short[] table = new short[256];

    EntryTrial(EntryLoops loops) {
      this.loops = loops;
      for (int i = 0; i < entries.length; i++) {
        entries[i] = i % 7;
      }
    }

    @Override
    public long getAsLong() {
      long begun = System.nanoTime();
      loops.table(weights, 0, entries, 0, WIDTH, 256, lengths, 0, 1, 2, table);
      loops.pairs(few, few, table);
      return System.nanoTime() - begun;
    }
  }

  /** A query against a few blocks of codes. */
  private static final class NibbleTrial implements LongSupplier {
    private static final int WIDTH = 2;
    private static final int BLOCKS = 24;
    private static final int BLOCKS_OF_A_CALL = 4;

    /** Few, so that a run is short while the compiler counts calls; most have more. */
    private static final int SUBSPACES = 32;

    private final NibbleScan scan;
    private final MemorySegment prepared;
    private final MemorySegment codes;
    private final float[] query;
    private final float[] entries;
    private final float[] tables;
    private final float[] distances = new float[BLOCKS_OF_A_CALL * NibbleScan.BLOCK_ROWS];
    private final long[] within = new long[BLOCKS_OF_A_CALL];

    NibbleTrial(Arena arena, Kernels.Form form) {
      this.scan = Kernels.nibbles(form, SUBSPACES);
      int subspaces = scan.subspaces();
      this.prepared = arena.allocate(NibbleScan.tableBytes(subspaces), 64);
      this.codes = arena.allocate(BLOCKS * stride(), 64);
      this.query = new float[subspaces * WIDTH];
      this.entries = new float[query.length * NibbleTables.ENTRIES];
      this.tables = new float[subspaces * NibbleTables.ENTRIES];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = i % 7;
      }
      Arrays.fill(query, 1);
    }

    private long stride() {
      return NibbleScan.blockBytes(scan.subspaces()) + 8L * NibbleScan.BLOCK_ROWS;
    }

    @Override
    public long getAsLong() {
      long begun = System.nanoTime();
      scan.fill(query, WIDTH, entries, -1, tables);
      NibbleTables rounded = scan.round(tables, prepared);
      for (int terms = 0; terms <= 2; terms++) {
        for (int block = 0; block < BLOCKS; block += BLOCKS_OF_A_CALL) {
          scan.distances(
              prepared,
              rounded,
              codes,
              block * stride(),
              stride(),
              BLOCKS_OF_A_CALL,
              terms,
              1,
              2,
              distances,
              within);
        }
      }
      return System.nanoTime() - begun;
    }
  }
}
