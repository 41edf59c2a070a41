package io.elanus.index.vector.graph;

import io.elanus.index.DenseRows;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.TopK;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows of a graph under IP that are much longer than most. Codes clip them to the ranges of a
 * sample, so that a walk ranks them behind rows that they beat, whatever its effort; and as the
 * nearest of nearly every row they would take the links that lead from one row to its like. So they
 * are judged for every query by their full distances, and no link leads to them.
 *
 * <p>Section LONG_ROWS: their slots, int32, rising; absent where there are none.
 *
 * @param slots rising, at most {@link #MOST}
 */
public record LongRows(int[] slots) {
  public static final LongRows NONE = new LongRows(new int[0]);

  /**
   * What a query is compared with in any case; where more rows are long, codes are made for them.
   */
  public static final int MOST = 64;

  /** How many times the median length a long row has. */
  private static final double LONG = 1.5;

  /** Slots whose lengths give the median: the first are a sample. */
  private static final int SAMPLE = 4096;

  /**
   * The longest rows, if they are that long, as the last slots.
   *
   * @param order the row of every slot, changed so
   */
  static LongRows last(DenseRows rows, int[] order, Workers workers) {
    ElementType type = Shapes.elements(rows.type());
    float[] lengths = new float[order.length];
    workers.run(
        order.length,
        (worker, slot) -> {
          float[] values = new float[rows.dimension()];
          Elements.decode(type, rows.row(order[slot]), 0, values);
          lengths[slot] = length(values);
        });
    float least = least(Arrays.copyOf(lengths, Math.min(SAMPLE, lengths.length)));
    TopK longest = new TopK();
    longest.reset(MOST);
    for (int slot = 0; slot < lengths.length; slot++) {
      if (lengths[slot] > least) {
        longest.offer(Ranked.of(-lengths[slot], slot));
      }
    }
    int[] slots =
        Arrays.stream(longest.sorted(), 0, longest.size()).mapToInt(Ranked::row).sorted().toArray();
    moveBack(order, slots);
    int others = order.length - slots.length;
    return new LongRows(IntStream.range(others, order.length).toArray());
  }

  private static void moveBack(int[] order, int[] slots) {
    int[] moved = Arrays.stream(slots).map(slot -> order[slot]).toArray();
    int others = 0;
    for (int slot = 0; slot < order.length; slot++) {
      if (Arrays.binarySearch(slots, slot) < 0) {
        order[others++] = order[slot];
      }
    }
    System.arraycopy(moved, 0, order, others, moved.length);
  }

  /** What rows with some lengths, which are sorted here, are longer than if they are long. */
  public static float least(float[] lengths) {
    Arrays.sort(lengths);
    return lengths.length == 0
        ? Float.POSITIVE_INFINITY
        : (float) (LONG * lengths[lengths.length / 2]);
  }

  /** The length of a row. */
  public static float length(float[] values) {
    double squared = 0;
    for (float value : values) {
      squared += (double) value * value;
    }
    return (float) Math.sqrt(squared);
  }

  void addTo(Map<IndexFileFormat.Section, MemorySegment> sections, Arena arena) {
    if (slots.length > 0) {
      sections.put(IndexFileFormat.Section.LONG_ROWS, IndexFileFormat.ints(slots, arena));
    }
  }

  /** Reads and verifies the section. */
  public static LongRows of(IndexFile file, int slots) {
    if (!file.has(IndexFileFormat.Section.LONG_ROWS)) {
      return NONE;
    }
    MemorySegment section = file.section(IndexFileFormat.Section.LONG_ROWS);
    file.check(section.byteSize() <= 4L * MOST, "long rows");
    int[] known = new int[(int) (section.byteSize() / 4)];
    MemorySegment.copy(section, IndexFileFormat.INT, 0, known, 0, known.length);
    int before = -1;
    for (int slot : known) {
      file.check(slot > before && slot < slots, "long rows");
      before = slot;
    }
    return new LongRows(known);
  }

  /** Puts those that a filter keeps in front of what was found; returns how many these are. */
  int lead(IntPredicate filter, GraphScratch scratch) {
    if (slots.length == 0) {
      return 0;
    }
    int[] kept = Arrays.stream(slots).filter(filter).toArray();
    scratch.putFirst(kept);
    return kept.length;
  }
}
