package io.elanus.api.client;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.IDs;
import io.elanus.api.milvus.proto.ScalarField;
import io.elanus.api.milvus.proto.VectorField;
import io.elanus.roles.Proxy;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Columns as answers carry them (schema.proto, FieldData): scalars lie row by row, with something
 * in the place of a null, vectors are compact.
 */
final class ColumnReader {
  private ColumnReader() {}

  static Proxy.Output read(FieldData data) {
    DataType type = SchemaReader.type(data.getTypeValue(), data.getFieldName());
    Optional<DataType> elementType =
        type == DataType.ARRAY
            ? Optional.of(
                SchemaReader.type(
                    data.getScalars().getArrayData().getElementTypeValue(), data.getFieldName()))
            : Optional.empty();
    FieldSchema field =
        SchemaReader.field(data.getFieldId(), data.getFieldName(), type, elementType);
    int dimension = type.isDenseVector() ? Math.toIntExact(data.getVectors().getDim()) : 0;
    ColumnBuilder column = new ColumnBuilder(type, dimension, elementType);
    if (type.isVector()) {
      vectors(data, type, dimension, column);
    } else {
      List<?> values = values(data.getScalars(), field);
      for (int row = 0; row < values.size(); row++) {
        column.add(isThere(data, row) ? values.get(row) : null);
      }
    }
    return new Proxy.Output(field, column.build());
  }

  private static boolean isThere(FieldData data, int row) {
    return data.getValidDataCount() == 0 || data.getValidData(row);
  }

  /** Whole numbers, texts and the like as {@link ColumnBuilder#add} takes them. */
  private static List<?> values(ScalarField scalars, FieldSchema field) {
    return switch (scalars.getDataCase()) {
      case BOOL_DATA -> scalars.getBoolData().getDataList();
      case INT_DATA -> scalars.getIntData().getDataList();
      case LONG_DATA -> scalars.getLongData().getDataList();
      case FLOAT_DATA -> scalars.getFloatData().getDataList();
      case DOUBLE_DATA -> scalars.getDoubleData().getDataList();
      case STRING_DATA -> scalars.getStringData().getDataList();
      case JSON_DATA ->
          scalars.getJsonData().getDataList().stream().map(ByteString::toStringUtf8).toList();
      case ARRAY_DATA -> {
        List<Object> arrays = new ArrayList<>();
        scalars.getArrayData().getDataList().forEach(row -> arrays.add(values(row, field)));
        yield arrays;
      }
      case DATA_NOT_SET -> List.of();
      default ->
          throw new ElanusException(ErrorCode.UNSUPPORTED, "values of a field cannot be read here")
              .with("field", field.name());
    };
  }

  private static void vectors(FieldData data, DataType type, int dimension, ColumnBuilder column) {
    VectorField vectors = data.getVectors();
    IntFunction<Object> stored = stored(vectors, type, dimension);
    int count = count(vectors, type, dimension);
    if (data.getValidDataCount() == 0) {
      for (int i = 0; i < count; i++) {
        column.add(stored.apply(i));
      }
      return;
    }
    int next = 0;
    for (boolean there : data.getValidDataList()) {
      column.add(there ? stored.apply(next++) : null);
    }
  }

  private static int count(VectorField vectors, DataType type, int dimension) {
    return switch (type) {
      case FLOAT_VECTOR -> vectors.getFloatVector().getDataCount() / Math.max(1, dimension);
      case SPARSE_FLOAT_VECTOR -> vectors.getSparseFloatVector().getContentsCount();
      default -> bytes(vectors, type).size() / Math.max(1, type.rowBytes(dimension));
    };
  }

  /** The vectors that are there, by their place. */
  private static IntFunction<Object> stored(VectorField vectors, DataType type, int dimension) {
    return switch (type) {
      case FLOAT_VECTOR ->
          i -> {
            float[] vector = new float[dimension];
            for (int at = 0; at < dimension; at++) {
              vector[at] = vectors.getFloatVector().getData(i * dimension + at);
            }
            return vector;
          };
      case SPARSE_FLOAT_VECTOR -> i -> vectors.getSparseFloatVector().getContents(i).toByteArray();
      default -> {
        ByteString all = bytes(vectors, type);
        int width = type.rowBytes(dimension);
        yield i -> all.substring(i * width, (i + 1) * width).toByteArray();
      }
    };
  }

  private static ByteString bytes(VectorField vectors, DataType type) {
    return switch (type) {
      case BINARY_VECTOR -> vectors.getBinaryVector();
      case FLOAT16_VECTOR -> vectors.getFloat16Vector();
      case BFLOAT16_VECTOR -> vectors.getBfloat16Vector();
      case INT8_VECTOR -> vectors.getInt8Vector();
      default -> throw new IllegalArgumentException(type + " is no vector of bytes");
    };
  }

  static Keys keys(IDs ids) {
    return ids.hasStrId()
        ? Keys.of(ids.getStrId().getDataList())
        : Keys.of(ids.getIntId().getDataList().stream().mapToLong(Long::longValue).toArray());
  }
}
