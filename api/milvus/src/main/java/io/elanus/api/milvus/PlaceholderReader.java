package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.api.milvus.proto.PlaceholderGroup;
import io.elanus.api.milvus.proto.PlaceholderValue;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Query vectors of a search (wire-encoding §4.1). The field searched decides type and width; when
 * the request does not say which it is, and there are several, the vectors pass as they are and the
 * proxy tells the caller.
 */
final class PlaceholderReader {
  private PlaceholderReader() {}

  /**
   * @param parameters of the search, for {@code anns_field}
   * @return a Fixed column of dense or a Variable column of sparse vectors, one row a query
   */
  static Column read(ByteString bytes, CollectionSchema schema, Map<String, String> parameters) {
    PlaceholderValue placeholder = parse(bytes);
    if (placeholder.getElementLevel()) {
      throw ElanusException.invalid("element-level search is not supported yet");
    }
    DataType sent = type(placeholder.getTypeValue());
    Optional<FieldSchema> field = field(schema, parameters);
    List<ByteString> values = placeholder.getValuesList();
    return sent == DataType.SPARSE_FLOAT_VECTOR
        ? sparse(values, field)
        : dense(values, sent, field);
  }

  private static PlaceholderValue parse(ByteString bytes) {
    try {
      PlaceholderGroup group = PlaceholderGroup.parseFrom(bytes);
      if (group.getPlaceholdersCount() != 1) {
        throw ElanusException.invalid(
            "a search takes one placeholder, got " + group.getPlaceholdersCount());
      }
      return group.getPlaceholders(0);
    } catch (InvalidProtocolBufferException e) {
      throw ElanusException.invalid("placeholder group cannot be read: " + e.getMessage());
    }
  }

  private static DataType type(int number) {
    if (number == DataType.VARCHAR.wireNumber()) {
      throw ElanusException.invalid(
          "vector type must be the same, searching by text needs a function, and functions are not"
              + " supported yet");
    }
    if (number < 100 || number > 105) {
      throw ElanusException.invalid(
          "vector type must be the same, placeholder type " + number + " is not supported");
    }
    return DataType.ofWireNumber(number);
  }

  private static Optional<FieldSchema> field(
      CollectionSchema schema, Map<String, String> parameters) {
    String name = parameters.getOrDefault("anns_field", "");
    List<FieldSchema> vectors = schema.vectorFields();
    if (name.isEmpty()) {
      return vectors.size() == 1 ? Optional.of(vectors.getFirst()) : Optional.empty();
    }
    return vectors.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  private static Column sparse(List<ByteString> values, Optional<FieldSchema> field) {
    field.ifPresent(found -> checkType(DataType.SPARSE_FLOAT_VECTOR, found));
    Validity validity = new Validity(values.size(), values.size(), null);
    List<WireReader.Slice> rows =
        values.stream()
            .map(ByteString::toByteArray)
            .map(row -> new WireReader.Slice(row, 0, row.length))
            .toList();
    rows.forEach(row -> SparseRows.check(row.segment()));
    return VariableReader.column(rows, DataType.SPARSE_FLOAT_VECTOR, validity);
  }

  private static Column dense(List<ByteString> values, DataType sent, Optional<FieldSchema> found) {
    if (found.isEmpty()) {
      int width = values.isEmpty() ? 0 : values.getFirst().size();
      int dimension = width * sent.rowBytes(8) == 0 ? 0 : width * 8 / sent.rowBytes(8);
      return new Column.Fixed(sent, dimension, values.size(), null, joined(values, width));
    }
    FieldSchema field = found.get();
    boolean narrow =
        sent == DataType.FLOAT_VECTOR
            && (field.type() == DataType.FLOAT16_VECTOR
                || field.type() == DataType.BFLOAT16_VECTOR);
    if (!narrow) {
      checkType(sent, field);
    }
    MemorySegment vectors = joined(values, sent.rowBytes(field.dimension()));
    DenseReader.checked(vectors, sent, field);
    return new Column.Fixed(
        field.type(),
        field.dimension(),
        values.size(),
        null,
        narrow ? HalfFloats.narrow(vectors, field) : vectors);
  }

  private static void checkType(DataType sent, FieldSchema field) {
    if (sent != field.type()) {
      throw ElanusException.invalid(
          "vector type must be the same, field "
              + field.name()
              + " - type "
              + field.type().wireName()
              + ", search info type "
              + sent.wireName());
    }
  }

  private static MemorySegment joined(List<ByteString> values, int width) {
    for (ByteString value : values) {
      if (value.size() != width) {
        throw new ElanusException(
            ErrorCode.SEGMENT_ENGINE,
            "vector dimension mismatch, expected vector size(byte) "
                + width
                + ", actual "
                + value.size());
      }
    }
    byte[] joined = new byte[Math.multiplyExact(width, values.size())];
    for (int i = 0; i < values.size(); i++) {
      values.get(i).copyTo(joined, i * width);
    }
    return MemorySegment.ofArray(joined);
  }
}
