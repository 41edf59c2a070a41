package io.elanus.index.vector.graph;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.TopK;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Rows of a graph under IP that are much longer than most. Codes clip them to the ranges of a
 * sample, so that a walk ranks them behind rows that they beat, whatever its effort; so they are
 * judged for every query by their full distances.
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
  static final int MOST = 64;

  /** How many times the median length a long row has. */
  private static final double LONG = 1.5;

  /** Slots whose lengths give the median: the first are a sample. */
  private static final int SAMPLE = 4096;

  /** The longest rows, if they are that long. */
  static LongRows of(RowTable floats, Workers workers) {
    float[] lengths = new float[floats.count()];
    workers.run(lengths.length, (worker, slot) -> lengths[slot] = length(floats.values(slot)));
    float[] sample = Arrays.copyOf(lengths, Math.min(SAMPLE, lengths.length));
    Arrays.sort(sample);
    double least = sample.length == 0 ? 0 : LONG * sample[sample.length / 2];
    TopK longest = new TopK();
    longest.reset(MOST);
    for (int slot = 0; slot < lengths.length; slot++) {
      if (lengths[slot] > least) {
        longest.offer(Ranked.of(-lengths[slot], slot));
      }
    }
    return new LongRows(
        Arrays.stream(longest.sorted(), 0, longest.size())
            .mapToInt(Ranked::row)
            .sorted()
            .toArray());
  }

  private static float length(float[] values) {
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
