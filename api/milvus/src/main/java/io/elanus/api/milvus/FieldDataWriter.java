package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.ArrayArray;
import io.elanus.api.milvus.proto.BoolArray;
import io.elanus.api.milvus.proto.DataType;
import io.elanus.api.milvus.proto.DoubleArray;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.FloatArray;
import io.elanus.api.milvus.proto.IntArray;
import io.elanus.api.milvus.proto.JSONArray;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.ScalarField;
import io.elanus.api.milvus.proto.StringArray;
import io.elanus.schema.Column;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;

/**
 * Writes a column as the FieldData of an answer (schema.proto): scalars lie row by row with a zero
 * in place of a null, vectors are compact, {@code valid_data} says which rows are there when the
 * field may be null.
 */
final class FieldDataWriter {
  private FieldDataWriter() {}

  static FieldData write(FieldSchema field, Column column) {
    FieldData.Builder data =
        FieldData.newBuilder()
            .setTypeValue(field.type().wireNumber())
            .setFieldName(field.name())
            .setFieldId(field.id())
            .setIsDynamic(field.dynamic());
    if (field.nullable() || (column.hasNulls() && !field.dynamic())) {
      for (int row = 0; row < column.rows(); row++) {
        data.addValidData(!column.isNull(row));
      }
    }
    if (field.type().isVector()) {
      data.setVectors(VectorWriter.write(field, column));
    } else {
      data.setScalars(scalars(column, 0, column.rows()));
    }
    return data.build();
  }

  /** Rows {@code from} to {@code to} of a scalar column. */
  private static ScalarField scalars(Column column, int from, int to) {
    ScalarField.Builder scalars = ScalarField.newBuilder();
    switch (column) {
      case Column.Bit bits -> scalars.setBoolData(booleans(bits, from, to));
      case Column.Fixed numbers -> numbers(scalars, numbers, from, to);
      case Column.Variable texts -> texts(scalars, texts, from, to);
      case Column.Array arrays -> scalars.setArrayData(arrays(arrays, from, to));
    }
    return scalars.build();
  }

  private static BoolArray booleans(Column.Bit bits, int from, int to) {
    BoolArray.Builder array = BoolArray.newBuilder();
    for (int row = from; row < to; row++) {
      array.addData(bits.get(row));
    }
    return array.build();
  }

  private static void numbers(ScalarField.Builder scalars, Column.Fixed column, int from, int to) {
    switch (column.type()) {
      case INT8, INT16, INT32 -> {
        IntArray.Builder array = IntArray.newBuilder();
        for (int row = from; row < to; row++) {
          array.addData((int) column.asLong(row));
        }
        scalars.setIntData(array);
      }
      case INT64 -> {
        LongArray.Builder array = LongArray.newBuilder();
        for (int row = from; row < to; row++) {
          array.addData(column.asLong(row));
        }
        scalars.setLongData(array);
      }
      case FLOAT -> {
        FloatArray.Builder array = FloatArray.newBuilder();
        for (int row = from; row < to; row++) {
          array.addData((float) column.asDouble(row));
        }
        scalars.setFloatData(array);
      }
      case DOUBLE -> {
        DoubleArray.Builder array = DoubleArray.newBuilder();
        for (int row = from; row < to; row++) {
          array.addData(column.asDouble(row));
        }
        scalars.setDoubleData(array);
      }
      default -> throw new IllegalArgumentException(column.type() + " is not a number");
    }
  }

  private static void texts(ScalarField.Builder scalars, Column.Variable column, int from, int to) {
    if (column.type() == io.elanus.schema.DataType.JSON) {
      JSONArray.Builder array = JSONArray.newBuilder();
      for (int row = from; row < to; row++) {
        array.addData(bytes(column.row(row)));
      }
      scalars.setJsonData(array);
    } else {
      StringArray.Builder array = StringArray.newBuilder();
      for (int row = from; row < to; row++) {
        array.addDataBytes(bytes(column.row(row)));
      }
      scalars.setStringData(array);
    }
  }

  private static ArrayArray arrays(Column.Array column, int from, int to) {
    ArrayArray.Builder array =
        ArrayArray.newBuilder()
            .setElementType(DataType.forNumber(column.elements().type().wireNumber()));
    for (int row = from; row < to; row++) {
      array.addData(scalars(column.elements(), column.start(row), column.start(row + 1)));
    }
    return array.build();
  }

  static ByteString bytes(MemorySegment segment) {
    return ByteString.copyFrom(segment.asByteBuffer());
  }
}
