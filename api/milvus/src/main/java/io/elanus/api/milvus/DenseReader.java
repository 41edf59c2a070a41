package io.elanus.api.milvus;

import io.elanus.api.milvus.WireField.Slot;
import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;

/**
 * Dense vectors of a request. Half-precision fields take float payloads too, which the proxy
 * converts.
 */
final class DenseReader {
  private DenseReader() {}

  static Column read(WireField data, FieldSchema field, Validity validity) {
    Slot own = slot(field.type());
    boolean asFloats = own != data.payload().slot() && takesFloats(data, field);
    Slot slot = asFloats ? Slot.FLOAT_VECTOR : own;
    FieldDataReader.checkSlot(data, field, validity, slot, "need " + WireNames.slot(slot));
    Slice run = WireField.run(data.payload().chunks());
    int dimension = field.dimension();
    if (data.dimension() != dimension && (validity.stored() > 0 || run.length() > 0)) {
      throw ElanusException.invalid(
          "the dim (%d) of field data(%s) is not equal to schema dim (%d)"
              .formatted(data.dimension(), field.name(), dimension));
    }
    DataType sent = asFloats ? DataType.FLOAT_VECTOR : field.type();
    int sentBytes = sent.rowBytes(dimension);
    if (run.length() % sentBytes != 0) {
      throw ElanusException.invalid(
          "the length(%d) of float data should divide the dim(%d)"
              .formatted(elements(sent, run.length()), dimension));
    }
    FieldDataReader.checkCount(run.length() / sentBytes, field, validity);
    return new Column.Fixed(
        sent,
        dimension,
        validity.rows(),
        validity.bits(),
        validity.spread(run.segment(), sentBytes));
  }

  private static boolean takesFloats(WireField data, FieldSchema field) {
    return data.payload().slot() == Slot.FLOAT_VECTOR
        && (field.type() == DataType.FLOAT16_VECTOR || field.type() == DataType.BFLOAT16_VECTOR);
  }

  private static int elements(DataType type, int bytes) {
    return switch (type) {
      case FLOAT_VECTOR -> bytes / 4;
      case FLOAT16_VECTOR, BFLOAT16_VECTOR -> bytes / 2;
      case BINARY_VECTOR -> bytes * 8;
      default -> bytes;
    };
  }

  private static Slot slot(DataType type) {
    return switch (type) {
      case FLOAT_VECTOR -> Slot.FLOAT_VECTOR;
      case BINARY_VECTOR -> Slot.BINARY_VECTOR;
      case FLOAT16_VECTOR -> Slot.FLOAT16_VECTOR;
      case BFLOAT16_VECTOR -> Slot.BFLOAT16_VECTOR;
      case INT8_VECTOR -> Slot.INT8_VECTOR;
      default -> throw new IllegalArgumentException(type + " is not a dense vector");
    };
  }
}
