package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Distances to product codes of bytes, at unchecked addresses. There are no vectors in it: rows of
 * a graph lie apart, so that no two look-ups share a table, and a gather of sixteen entries is no
 * quicker than sixteen loads. Eight codes are read at once; a first pass over the rows asks for
 * their lines, which the look-ups of one row are too many to do for the next.
 */
final class SimdProduct extends SimdKernel {
  private static final int CODES = 8;
  private static final int TABLE_BYTES = 512;
  private static final int LINE_BYTES = 64;

  private final ProductTables tables;
  private final boolean squared;
  private final boolean carriesTerm;
  private final int codeBytes;

  SimdProduct(ProductCodes codes, ProductTables tables) {
    super(codes.dimension(), codes.rowBytes());
    this.tables = tables;
    this.squared = codes.isSquared();
    this.carriesTerm = codes.carriesTerm();
    this.codeBytes = codes.shape().paddedLookups();
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
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      long asked = 0;
      for (int o = 0; o < rowBytes; o += LINE_BYTES) {
        asked |= Lanes.scalarLong(row + o);
      }
      distances[k] = asked; // so that it is read
    }
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      int sum = sum(query, row);
      float term = carriesTerm ? Lanes.scalarFloat(row + rowBytes - 4) : 0;
      distances[k] = ProductCodes.distance(squared, bias, scale, sum, term);
    }
  }

  private int sum(long query, long row) {
    long tables = Lanes.mask(query + ProductTables.HEADER_BYTES);
    int even = 0;
    int odd = 0;
    for (int o = 0; o < codeBytes; o += CODES) {
      long codes = Lanes.scalarLong(row + o);
      long table = tables + (o * TABLE_BYTES & Integer.MAX_VALUE);
      even += entry(table, 0, codes) + entry(table, 2, codes >>> 16);
      odd += entry(table, 1, codes >>> 8) + entry(table, 3, codes >>> 24);
      even += entry(table, 4, codes >>> 32) + entry(table, 6, codes >>> 48);
      odd += entry(table, 5, codes >>> 40) + entry(table, 7, codes >>> 56);
    }
    return even + odd;
  }

  private static int entry(long table, int lookup, long code) {
    return Lanes.scalarChar(table + lookup * TABLE_BYTES + ((code & 255) << 1));
  }
}
