package io.elanus.api.client;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.ArrayArray;
import io.elanus.api.milvus.proto.BoolArray;
import io.elanus.api.milvus.proto.DoubleArray;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.FloatArray;
import io.elanus.api.milvus.proto.IntArray;
import io.elanus.api.milvus.proto.JSONArray;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.PlaceholderGroup;
import io.elanus.api.milvus.proto.PlaceholderValue;
import io.elanus.api.milvus.proto.ScalarField;
import io.elanus.api.milvus.proto.SparseFloatArray;
import io.elanus.api.milvus.proto.StringArray;
import io.elanus.api.milvus.proto.VectorField;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * Columns as requests carry them (schema.proto, FieldData): {@code valid_data} says which rows are
 * there when one is not, and the payload holds only those.
 */
final class ColumnWriter {
  private ColumnWriter() {}

  static FieldData write(String name, Column column) {
    FieldData.Builder data =
        FieldData.newBuilder()
            .setFieldName(name)
            .setTypeValue(column.type().wireNumber())
            .setIsDynamic(name.equals(CollectionSchema.DYNAMIC_FIELD_NAME));
    if (column.hasNulls()) {
      for (int row = 0; row < column.rows(); row++) {
        data.addValidData(!column.isNull(row));
      }
    }
    int[] there = IntStream.range(0, column.rows()).filter(row -> !column.isNull(row)).toArray();
    if (column.type().isVector()) {
      data.setVectors(vectors(column, there));
    } else {
      data.setScalars(scalars(column, there));
    }
    return data.build();
  }

  private static ScalarField scalars(Column column, int[] rows) {
    ScalarField.Builder scalars = ScalarField.newBuilder();
    switch (column) {
      case Column.Bit bits -> {
        BoolArray.Builder array = BoolArray.newBuilder();
        for (int row : rows) {
          array.addData(bits.get(row));
        }
        scalars.setBoolData(array);
      }
      case Column.Fixed numbers -> numbers(scalars, numbers, rows);
      case Column.Variable texts -> texts(scalars, texts, rows);
      case Column.Array arrays -> {
        ArrayArray.Builder array =
            ArrayArray.newBuilder().setElementTypeValue(arrays.elements().type().wireNumber());
        for (int row : rows) {
          int[] elements = IntStream.range(arrays.start(row), arrays.start(row + 1)).toArray();
          array.addData(scalars(arrays.elements(), elements));
        }
        scalars.setArrayData(array);
      }
    }
    return scalars.build();
  }

  private static void numbers(ScalarField.Builder scalars, Column.Fixed column, int[] rows) {
    switch (column.type()) {
      case INT8, INT16, INT32 -> {
        IntArray.Builder array = IntArray.newBuilder();
        for (int row : rows) {
          array.addData((int) column.asLong(row));
        }
        scalars.setIntData(array);
      }
      case INT64 -> {
        LongArray.Builder array = LongArray.newBuilder();
        for (int row : rows) {
          array.addData(column.asLong(row));
        }
        scalars.setLongData(array);
      }
      case FLOAT -> {
        FloatArray.Builder array = FloatArray.newBuilder();
        for (int row : rows) {
          array.addData((float) column.asDouble(row));
        }
        scalars.setFloatData(array);
      }
      case DOUBLE -> {
        DoubleArray.Builder array = DoubleArray.newBuilder();
        for (int row : rows) {
          array.addData(column.asDouble(row));
        }
        scalars.setDoubleData(array);
      }
      default -> throw new IllegalArgumentException(column.type() + " is not a number");
    }
  }

  private static void texts(ScalarField.Builder scalars, Column.Variable column, int[] rows) {
    if (column.type() == DataType.JSON) {
      JSONArray.Builder array = JSONArray.newBuilder();
      for (int row : rows) {
        array.addData(bytes(column.row(row)));
      }
      scalars.setJsonData(array);
    } else {
      StringArray.Builder array = StringArray.newBuilder();
      for (int row : rows) {
        array.addDataBytes(bytes(column.row(row)));
      }
      scalars.setStringData(array);
    }
  }

  private static VectorField vectors(Column column, int[] rows) {
    VectorField.Builder vectors = VectorField.newBuilder();
    if (column instanceof Column.Variable sparse) {
      SparseFloatArray.Builder array = SparseFloatArray.newBuilder();
      long dimension = 0; // the largest index and one more
      for (int row : rows) {
        MemorySegment pairs = sparse.row(row);
        array.addContents(bytes(pairs));
        if (pairs.byteSize() >= 8) {
          long last = Integer.toUnsignedLong(pairs.get(Column.INT, pairs.byteSize() - 8));
          dimension = Math.max(dimension, last + 1);
        }
      }
      return vectors.setDim(dimension).setSparseFloatVector(array.setDim(dimension)).build();
    }
    Column.Fixed dense = (Column.Fixed) column;
    vectors.setDim(dense.dimension());
    switch (dense.type()) {
      case FLOAT_VECTOR -> {
        FloatArray.Builder array = FloatArray.newBuilder();
        for (int row : rows) {
          for (int i = 0; i < dense.dimension(); i++) {
            array.addData(dense.data().get(Column.FLOAT, (long) row * dense.rowBytes() + 4L * i));
          }
        }
        vectors.setFloatVector(array);
      }
      case BINARY_VECTOR -> vectors.setBinaryVector(compact(dense, rows));
      case FLOAT16_VECTOR -> vectors.setFloat16Vector(compact(dense, rows));
      case BFLOAT16_VECTOR -> vectors.setBfloat16Vector(compact(dense, rows));
      case INT8_VECTOR -> vectors.setInt8Vector(compact(dense, rows));
      default -> throw new IllegalArgumentException(dense.type() + " is no dense vector");
    }
    return vectors.build();
  }

  private static ByteString compact(Column.Fixed column, int[] rows) {
    if (rows.length == column.rows()) {
      return bytes(column.data().asSlice(0, (long) column.rows() * column.rowBytes()));
    }
    ByteString all = ByteString.EMPTY;
    for (int row : rows) {
      all = all.concat(bytes(column.row(row)));
    }
    return all;
  }

  /** Query vectors (common.proto, PlaceholderGroup); types are numbered as those of fields. */
  static ByteString placeholders(Column vectors) {
    PlaceholderValue.Builder values =
        PlaceholderValue.newBuilder().setTag("$0").setTypeValue(vectors.type().wireNumber());
    for (int row = 0; row < vectors.rows(); row++) {
      values.addValues(
          switch (vectors) {
            case Column.Fixed dense -> bytes(dense.row(row));
            case Column.Variable sparse -> bytes(sparse.row(row));
            case Column.Bit none -> throw new IllegalArgumentException("no vectors");
            case Column.Array none -> throw new IllegalArgumentException("no vectors");
          });
    }
    return PlaceholderGroup.newBuilder().addPlaceholders(values).build().toByteString();
  }

  private static ByteString bytes(MemorySegment segment) {
    return ByteString.copyFrom(segment.asByteBuffer());
  }
}
