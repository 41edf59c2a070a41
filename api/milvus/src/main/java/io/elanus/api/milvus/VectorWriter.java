package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.FloatArray;
import io.elanus.api.milvus.proto.SparseFloatArray;
import io.elanus.api.milvus.proto.VectorField;
import io.elanus.schema.Column;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Vectors of answers: only the rows that are there. */
final class VectorWriter {
  private VectorWriter() {}

  static VectorField write(FieldSchema field, Column column) {
    return switch (column) {
      case Column.Fixed dense -> dense(field, dense);
      case Column.Variable sparse -> sparse(sparse);
      case Column.Bit bits -> throw new IllegalArgumentException("booleans are no vectors");
      case Column.Array arrays -> throw new IllegalArgumentException("arrays are no vectors");
    };
  }

  private static VectorField dense(FieldSchema field, Column.Fixed column) {
    VectorField.Builder vectors = VectorField.newBuilder().setDim(field.dimension());
    switch (field.type()) {
      case FLOAT_VECTOR -> vectors.setFloatVector(floats(column));
      case BINARY_VECTOR -> vectors.setBinaryVector(compact(column));
      case FLOAT16_VECTOR -> vectors.setFloat16Vector(compact(column));
      case BFLOAT16_VECTOR -> vectors.setBfloat16Vector(compact(column));
      case INT8_VECTOR -> vectors.setInt8Vector(compact(column));
      default -> throw new IllegalArgumentException(field.type() + " is no dense vector");
    }
    return vectors.build();
  }

  private static FloatArray floats(Column.Fixed column) {
    FloatArray.Builder floats = FloatArray.newBuilder();
    int dimension = column.dimension();
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isNull(row)) {
        long at = (long) row * column.rowBytes();
        for (int i = 0; i < dimension; i++) {
          floats.addData(column.data().get(Column.FLOAT, at + 4L * i));
        }
      }
    }
    return floats.build();
  }

  private static ByteString compact(Column.Fixed column) {
    if (!column.hasNulls()) {
      return FieldDataWriter.bytes(
          column.data().asSlice(0, (long) column.rows() * column.rowBytes()));
    }
    ByteString.Output output = ByteString.newOutput();
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isNull(row)) {
        byte[] bytes = column.row(row).toArray(ValueLayout.JAVA_BYTE);
        output.write(bytes, 0, bytes.length);
      }
    }
    return output.toByteString();
  }

  /** The dimension of sparse vectors is the largest index of the batch plus one. */
  private static VectorField sparse(Column.Variable column) {
    SparseFloatArray.Builder rows = SparseFloatArray.newBuilder();
    long dimension = 0;
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isNull(row)) {
        MemorySegment pairs = column.row(row);
        rows.addContents(FieldDataWriter.bytes(pairs));
        if (pairs.byteSize() >= 8) {
          int last = pairs.get(Column.INT, pairs.byteSize() - 8);
          dimension = Math.max(dimension, Integer.toUnsignedLong(last) + 1);
        }
      }
    }
    rows.setDim(dimension);
    return VectorField.newBuilder().setDim(dimension).setSparseFloatVector(rows).build();
  }
}
