package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Distances to product codes of more than 8 bits, at unchecked addresses. */
final class SimdWideProduct extends SimdKernel {
  private final ProductTables tables;
  private final ProductCodes codes;
  private final int lookups;
  private final int entries;

  SimdWideProduct(ProductCodes codes, ProductTables tables) {
    super(codes.dimension(), codes.rowBytes());
    this.tables = tables;
    this.codes = codes;
    this.lookups = codes.shape().paddedLookups();
    this.entries = codes.shape().tableEntries();
  }

  @Override
  public int queryBytes() {
    return tables.queryBytes();
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    tables.prepare(row, query);
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    float bias = Lanes.scalarFloat(query);
    float scale = Lanes.scalarFloat(query + 4);
    boolean squared = codes.isSquared();
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      long table = Lanes.mask(query + ProductTables.HEADER_BYTES);
      int sum = 0;
      for (int j = 0; j < lookups; j++) {
        int code = Lanes.scalarChar(row + 2 * j) & entries - 1;
        sum += Lanes.scalarChar(table + 2L * (j * entries + code));
      }
      float term = codes.carriesTerm() ? Lanes.scalarFloat(row + rowBytes - 4) : 0;
      distances[k] = ProductCodes.distance(squared, bias, scale, sum, term);
    }
  }
}
