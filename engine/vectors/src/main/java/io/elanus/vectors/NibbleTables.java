package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * What turns a sum of rounded table entries into one of the float32 entries they stand for: offset
 * + scale × sum.
 */
public record NibbleTables(float offset, float scale) {
  private static final int ENTRIES = 16;

  /**
   * Rounds tables to seven bits with one scale for all of them.
   *
   * @param tables [subspaces × 16]
   * @param prepared [{@link NibbleScan#tableBytes}] written here: each table four times over
   */
  public static NibbleTables round(float[] tables, int subspaces, MemorySegment prepared) {
    float[] least = new float[subspaces];
    double offset = 0;
    float widest = 0;
    for (int j = 0; j < subspaces; j++) {
      float low = tables[j * ENTRIES];
      float high = low;
      for (int i = 1; i < ENTRIES; i++) {
        low = Math.min(low, tables[j * ENTRIES + i]);
        high = Math.max(high, tables[j * ENTRIES + i]);
      }
      least[j] = low;
      offset += low;
      widest = Math.max(widest, high - low);
    }
    float perUnit = widest > 0 ? NibbleScan.LARGEST / widest : 0;
    for (int j = 0; j < subspaces; j++) {
      write(tables, j, least[j], perUnit, prepared);
    }
    if (subspaces % 2 == 1) {
      prepared
          .asSlice((long) subspaces * NibbleScan.BLOCK_ROWS, NibbleScan.BLOCK_ROWS)
          .fill((byte) 0);
    }
    return new NibbleTables((float) offset, widest / NibbleScan.LARGEST);
  }

  private static void write(
      float[] tables, int j, float least, float perUnit, MemorySegment prepared) {
    long lower = 0;
    long upper = 0;
    for (int i = 0; i < 8; i++) {
      float entry = tables[j * ENTRIES + i] - least;
      lower |= (long) (int) (entry * perUnit + 0.5f) << (8 * i);
      entry = tables[j * ENTRIES + 8 + i] - least;
      upper |= (long) (int) (entry * perUnit + 0.5f) << (8 * i);
    }
    long at = (long) j * NibbleScan.BLOCK_ROWS;
    for (int copy = 0; copy < NibbleScan.BLOCK_ROWS; copy += ENTRIES) {
      prepared.set(Layouts.LONG, at + copy, lower);
      prepared.set(Layouts.LONG, at + copy + 8, upper);
    }
  }
}
