package io.elanus.index.vector.rows;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.RowPrecision;
import io.elanus.schema.Metric;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.PackedCodes;
import io.elanus.vectors.SignCodes;

/** Bytes of one row of a column in the forms that indexes and their builds keep rows in. */
public record RowBytes(ElementType type, Metric metric, int dimension) {
  public static RowBytes of(IndexSpec spec, DenseRows rows) {
    return new RowBytes(Shapes.elements(rows.type()), spec.metric(), rows.dimension());
  }

  public boolean binary() {
    return type == ElementType.BINARY;
  }

  /** Of a row as it is, padded. */
  public long stored() {
    return type.paddedBytes(dimension);
  }

  /** Of float32, padded. */
  public long floats() {
    return ElementType.FLOAT32.paddedBytes(dimension);
  }

  /** Of the copy as float32 that builds make of {@link RowTable#floats other numbers}. */
  public long floatCopy() {
    return type == ElementType.FLOAT32 || binary() ? 0 : floats();
  }

  /** Of codes of a byte each, with the term that L2 adds, padded. */
  public long byteCodes() {
    return ByteCodes.rowBytes(Shapes.walkedDistance(metric), dimension);
  }

  /** Of {@link PackedCodes}, or of {@link ByteCodes} where 8 bits are asked for. */
  public long packed(int bits) {
    return bits == 8
        ? byteCodes()
        : PackedCodes.rowBytes(bits, Shapes.walkedDistance(metric), dimension);
  }

  /** Of the codes that a graph is walked on or refines by. */
  public long coded(RowPrecision precision) {
    return switch (precision) {
      case RABITQ -> SignCodes.rowBytes(dimension);
      case SQ4U -> packed(4);
      case SQ6 -> packed(6);
      case SQ8 -> byteCodes();
      case BF16, FP16 -> ElementType.FLOAT16.paddedBytes(dimension);
      case FP32 -> floats();
    };
  }
}
