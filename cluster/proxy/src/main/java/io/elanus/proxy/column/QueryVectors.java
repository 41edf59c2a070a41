package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.Locale;

/** Query vectors as the field has them: type, length and values checked, float32 converted. */
public final class QueryVectors {
  private QueryVectors() {}

  /**
   * @param field the vector field that is searched
   * @param vectors one row a query
   * @throws ElanusException INVALID_PARAMETER, or SEGMENT_ENGINE for another dimension, as in
   *     Milvus
   */
  public static Column checked(FieldSchema field, Column vectors) {
    DataType type = field.type();
    boolean half = type == DataType.FLOAT16_VECTOR || type == DataType.BFLOAT16_VECTOR;
    boolean convert = half && vectors.type() == DataType.FLOAT_VECTOR;
    if (vectors.type() != type && !convert) {
      throw ElanusException.invalid(
          "vector type must be the same, field %s - type %s, search info type %s"
              .formatted(field.name(), upper(type), upper(vectors.type())));
    }
    if (vectors instanceof Column.Variable sparse) {
      SparseChecks.check(field.name(), sparse);
      return sparse;
    }
    Column.Fixed dense = (Column.Fixed) vectors;
    checkBytes(field, dense);
    if (type != DataType.INT8_VECTOR && type != DataType.BINARY_VECTOR) {
      checkFinite(field, dense);
    }
    return convert ? FloatConversion.convert(dense, type) : dense;
  }

  private static void checkBytes(FieldSchema field, Column.Fixed vectors) {
    int expected = vectors.type().rowBytes(field.dimension());
    if (vectors.rowBytes() != expected) {
      throw new ElanusException(
          ErrorCode.SEGMENT_ENGINE,
          "vector dimension mismatch, expected vector size(byte) %d, actual %d, field: %s, dim: %d"
              .formatted(expected, vectors.rowBytes(), field.name(), field.dimension()));
    }
  }

  private static void checkFinite(FieldSchema field, Column.Fixed vectors) {
    long bytes = (long) vectors.rows() * vectors.rowBytes();
    long at = NonFinite.find(vectors.type(), vectors.data(), bytes);
    if (at >= 0) {
      throw ElanusException.invalid(
          "value is not a number or infinity, field: %s, query: %d"
              .formatted(field.name(), at / vectors.rowBytes()));
    }
  }

  private static String upper(DataType type) {
    return type.wireName().toUpperCase(Locale.ROOT);
  }
}
