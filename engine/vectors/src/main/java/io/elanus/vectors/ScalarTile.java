package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * A row of the tile at a time: a padded float32 row is what the scalar kernel takes for a prepared
 * query.
 */
record ScalarTile(ScalarKernel kernel) implements Tile {
  static Tile of(Distance distance, int dimension) {
    return new ScalarTile(new ScalarFloats(ElementType.FLOAT32, distance, dimension));
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
    int[] ordinals = IntStream.range(0, rowCount).toArray();
    float[] ofQuery = new float[rowCount];
    for (int i = 0; i < queryCount; i++) {
      MemorySegment query = queries.asSlice(queryBase + i * stride, kernel.rowBytes());
      kernel.distances(query, rows, rowBase, stride, ordinals, rowCount, ofQuery);
      System.arraycopy(ofQuery, 0, distances, i * rowCount, rowCount);
    }
  }
}
