package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Pairs one by one: a padded float32 row is what the scalar kernel takes for a prepared query. */
record ScalarTile(ScalarKernel kernel) implements Tile {
  static Tile of(Distance distance, int dimension) {
    return new ScalarTile(new ScalarFloats.Float32(distance, dimension));
  }

  @Override
  public void distances(
      MemorySegment queries,
      long queryBase,
      int queryCount,
      MemorySegment rows,
      long rowBase,
      int rowCount,
      long stride,
      float[] distances) {
    for (int i = 0; i < queryCount; i++) {
      MemorySegment query = queries.asSlice(queryBase + i * stride, kernel.rowBytes());
      for (int j = 0; j < rowCount; j++) {
        distances[i * rowCount + j] = kernel.distance(query, rows, rowBase + j * stride);
      }
    }
  }
}
