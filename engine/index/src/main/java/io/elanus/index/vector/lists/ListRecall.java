package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import io.elanus.schema.Bits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks an inverted file that is about to be written for the neighbours of some of its own rows, at
 * powers of two of nprobe, and compares with an exact scan. The row itself does not count.
 *
 * @param column what was indexed
 * @param present the rows of it that have a vector, ascending
 * @param stored these rows
 */
record ListRecall(
    DenseRows column, int[] present, RowTable stored, Workers workers, BuildContext context) {
  private static final int MOST_ASKED = 100;
  private static final int LEAST_ROWS = 1000;

  /** One row of so many is asked for, as long as there are few. */
  private static final int ROWS_PER_ASKED = 64;

  private static final int TEN = 10;
  private static final int HUNDRED = 100;
  private static final float ENOUGH = 0.995f;

  /**
   * A row whose distance is as large as another's but for so much is as good: sums of float32 may
   * round otherwise once the compiler has seen their loop.
   */
  private static final float ROUNDING = 1e-5f;

  /** Adds the section RECALL to those of a file that {@code open} can search, if rows suffice. */
  void add(
      IndexFile file,
      Function<IndexFile, MappedIndex> open,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    if (present.length >= LEAST_ROWS) {
      int lists = (int) (file.section(IndexFileFormat.Section.LIST_STARTS).byteSize() / 4) - 1;
      MeasuredRecall measured = run(open.apply(file), lists);
      sections.put(IndexFileFormat.Section.RECALL, RecallTable.write(measured, arena));
    }
  }

  private MeasuredRecall run(MappedIndex index, int lists) {
    int asked = Math.min(present.length / ROWS_PER_ASKED, MOST_ASKED);
    int[] slots = new int[asked];
    for (int i = 0; i < asked; i++) {
      slots[i] = (int) ((long) i * present.length / asked);
    }
    float[][] truth = new float[asked][];
    workers.each(asked, (worker, i) -> truth[i] = nearest(slots[i]));
    int steps = 33 - Integer.numberOfLeadingZeros(lists - 1 | 1);
    int[] efforts = new int[lists == 1 ? 1 : steps];
    float[] tens = new float[efforts.length];
    float[] hundreds = new float[efforts.length];
    for (int i = 0; i < efforts.length; i++) {
      int before = Math.max(0, i - 1);
      efforts[i] = Math.min(lists, 1 << i);
      tens[i] =
          tens[before] >= ENOUGH ? tens[before] : recall(index, efforts[i], TEN, slots, truth);
      hundreds[i] =
          hundreds[before] >= ENOUGH
              ? hundreds[before]
              : recall(index, efforts[i], HUNDRED, slots, truth);
    }
    return new MeasuredRecall(efforts, tens, hundreds);
  }

  /** The distances of the 100 nearest of a slot, itself apart. */
  private float[] nearest(int own) {
    Space space = Space.of(stored);
    TopK nearest = new TopK();
    nearest.reset(HUNDRED);
    int[] slots = new int[Scratch.BLOCK];
    float[] distances = new float[Scratch.BLOCK];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment query = prepared(space, own, arena);
      for (int first = 0; first < present.length; first += Scratch.BLOCK) {
        if (context.cancelled()) {
          throw new ElanusException(ErrorCode.CANCELLED, "index build was cancelled");
        }
        int count = Math.min(Scratch.BLOCK, present.length - first);
        for (int i = 0; i < count; i++) {
          slots[i] = first + i;
        }
        space.distances(query, slots, count, distances);
        for (int i = 0; i < count; i++) {
          if (first + i != own) {
            nearest.offer(Ranked.of(distances[i], first + i));
          }
        }
      }
    }
    long[] sorted = nearest.sorted();
    float[] truth = new float[HUNDRED];
    for (int i = 0; i < HUNDRED; i++) {
      truth[i] = Ranked.distance(sorted[i]);
    }
    return truth;
  }

  private static MemorySegment prepared(Space space, int slot, Arena arena) {
    MemorySegment query = arena.allocate(space.kernel().queryBytes(), 64);
    space.kernel().prepare(space.row(slot), query);
    return query;
  }

  private float recall(MappedIndex index, int nprobe, int k, int[] slots, float[][] truth) {
    SearchParameters parameters =
        SearchParameters.of(index.spec(), k + 1, Map.of("nprobe", nprobe));
    Bits all = Bits.all(column.count());
    int[] hits = new int[slots.length];
    workers.each(
        slots.length,
        (worker, i) -> {
          MemorySegment row = column.row(present[slots[i]]);
          VectorQuery query = new VectorQuery(row, k + 1, all, parameters, ScoreRange.NONE);
          hits[i] = hits(index.search(query).rows(), slots[i], truth[i][k - 1], k);
        });
    return (float) ((double) Arrays.stream(hits).sum() / ((long) k * slots.length));
  }

  /** How many of the first k rows, the own one apart, are as near as the k-th nearest. */
  private int hits(int[] rows, int own, float farthest, int k) {
    Space space = Space.of(stored);
    int[] found =
        Arrays.stream(rows)
            .map(row -> Arrays.binarySearch(present, row))
            .filter(slot -> slot >= 0 && slot != own)
            .limit(k)
            .toArray();
    float[] distances = new float[found.length];
    try (Arena arena = Arena.ofConfined()) {
      space.distances(prepared(space, own, arena), found, found.length, distances);
    }
    float bound = farthest + ROUNDING * Math.abs(farthest);
    int hits = 0;
    for (float distance : distances) {
      hits += distance <= bound ? 1 : 0;
    }
    return hits;
  }
}
