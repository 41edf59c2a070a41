package io.elanus.vectors;

/** Plain loops over entries. */
final class ScalarEntries implements EntryLoops {
  @Override
  public int nearest(
      float[] values, int at, float[] entries, int codebook, int subDimension, int count) {
    int nearest = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int e = 0; e < count; e++) {
      float squared = 0;
      for (int d = 0; d < subDimension; d++) {
        float difference = values[at + d] - entries[codebook + d * count + e];
        squared = Math.fma(difference, difference, squared);
      }
      if (squared < least) {
        least = squared;
        nearest = e;
      }
    }
    return nearest;
  }

  @Override
  public void table(
      float[] weights,
      int at,
      float[] entries,
      int codebook,
      int subDimension,
      int count,
      float[] lengths,
      int first,
      float perUnit,
      float offset,
      short[] table) {
    for (int e = 0; e < count; e++) {
      float sum = Math.fma(lengths[first + e], perUnit, offset);
      for (int d = 0; d < subDimension; d++) {
        sum = Math.fma(weights[at + d], entries[codebook + d * count + e], sum);
      }
      table[e] = round(sum);
    }
  }

  @Override
  public void pairs(float[] one, float[] other, short[] table) {
    for (int high = 0; high < other.length; high++) {
      for (int low = 0; low < one.length; low++) {
        table[one.length * high + low] = round(one[low] + other[high]);
      }
    }
  }

  private static short round(float sum) {
    return (short) (int) (sum + 0.5f);
  }
}
