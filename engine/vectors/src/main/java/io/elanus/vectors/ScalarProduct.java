package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Scalar distances to product codes. */
final class ScalarProduct extends ScalarKernel {
  private final ProductCodes codes;
  private final ProductTables tables;

  ScalarProduct(ProductCodes codes, ProductTables tables) {
    super(Distance.INNER_PRODUCT, codes.dimension(), codes.rowBytes());
    this.codes = codes;
    this.tables = tables;
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
  public void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances) {
    ProductCodes.Shape shape = codes.shape();
    float bias = query.get(Layouts.FLOAT, 0);
    float scale = query.get(Layouts.FLOAT, 4);
    int mask = shape.tableEntries() - 1;
    for (int i = 0; i < count; i++) {
      long at = base + ordinals[i] * stride;
      int sum = 0;
      for (int j = 0; j < shape.lookups(); j++) {
        int code =
            shape.codeBytes() == 1
                ? rows.get(Layouts.BYTE, at + j) & 255
                : rows.get(Layouts.SHORT, at + 2L * j) & mask;
        long entry = (long) j * shape.tableEntries() + code;
        sum += query.get(Layouts.SHORT, ProductTables.HEADER_BYTES + 2 * entry) & 0xFFFF;
      }
      float term = codes.carriesTerm() ? rows.get(Layouts.FLOAT, at + rowBytes() - 4) : 0;
      distances[i] = ProductCodes.distance(codes.isSquared(), bias, scale, sum, term);
    }
  }
}
