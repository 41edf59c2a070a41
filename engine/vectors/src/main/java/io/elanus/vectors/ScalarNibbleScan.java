package io.elanus.vectors;

import static io.elanus.vectors.NibbleTables.ENTRIES;

import java.lang.foreign.MemorySegment;

/** Scalar sums of table entries. */
record ScalarNibbleScan(int subspaces) implements NibbleScan {
  @Override
  public void fill(float[] query, int width, float[] entries, float factor, float[] tables) {
    for (int j = 0; j < subspaces; j++) {
      for (int code = 0; code < ENTRIES; code++) {
        float dot = 0;
        for (int i = j * width; i < (j + 1) * width; i++) {
          dot += query[i] * entries[i * ENTRIES + code];
        }
        tables[j * ENTRIES + code] = dot * factor;
      }
    }
  }

  @Override
  public NibbleTables round(float[] tables, MemorySegment prepared) {
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
    float perUnit = NibbleTables.perUnit(widest);
    for (int j = 0; j < subspaces; j++) {
      write(tables, j, least[j], perUnit, prepared);
    }
    if (subspaces % 2 == 1) {
      prepared.asSlice((long) subspaces * BLOCK_ROWS, BLOCK_ROWS).fill((byte) 0);
    }
    return NibbleTables.of(offset, widest);
  }

  private static void write(
      float[] tables, int j, float least, float perUnit, MemorySegment prepared) {
    long lower = 0;
    long upper = 0;
    for (int i = 0; i < 8; i++) {
      lower |= entry(tables[j * ENTRIES + i], least, perUnit) << (8 * i);
      upper |= entry(tables[j * ENTRIES + 8 + i], least, perUnit) << (8 * i);
    }
    long at = (long) j * BLOCK_ROWS;
    for (int copy = 0; copy < BLOCK_ROWS; copy += ENTRIES) {
      prepared.set(Layouts.LONG, at + copy, lower);
      prepared.set(Layouts.LONG, at + copy + 8, upper);
    }
  }

  private static long entry(float entry, float least, float perUnit) {
    return Float.floatToRawIntBits((entry - least) * perUnit + NibbleTables.ROUNDER) & LARGEST;
  }

  @Override
  public void distances(
      MemorySegment tables,
      NibbleTables rounded,
      MemorySegment codes,
      long at,
      long stride,
      int blocks,
      int terms,
      float bias,
      float far,
      float[] distances,
      long[] within) {
    for (int block = 0; block < blocks; block++) {
      long first = at + block * stride;
      long beside = first + NibbleScan.blockBytes(subspaces);
      long bits = 0;
      for (int row = 0; row < BLOCK_ROWS; row++, beside += 4) {
        float sum = rounded.offset() + rounded.scale() * sum(tables, codes, first, row);
        if (terms == 2) {
          sum *= codes.get(Layouts.FLOAT, beside + 4L * BLOCK_ROWS);
        }
        float distance = bias + sum + (terms > 0 ? codes.get(Layouts.FLOAT, beside) : 0);
        distances[block * BLOCK_ROWS + row] = distance;
        bits |= distance > far ? 0 : 1L << row;
      }
      within[block] = bits;
    }
  }

  private int sum(MemorySegment tables, MemorySegment codes, long block, int row) {
    long first = block + NibbleScan.position(row);
    int sum = 0;
    for (int pair = 0; pair < (subspaces + 1) / 2; pair++) {
      int both = codes.get(Layouts.BYTE, first + (long) pair * BLOCK_ROWS);
      long table = 2L * pair * BLOCK_ROWS;
      sum += tables.get(Layouts.BYTE, table + (both & 15));
      sum += tables.get(Layouts.BYTE, table + BLOCK_ROWS + (both >>> 4 & 15));
    }
    return sum;
  }
}
