package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.api.milvus.proto.PlaceholderGroup;
import io.elanus.api.milvus.proto.PlaceholderValue;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Query vectors of a search (milvus.proto, SearchRequest.placeholder_group, the bytes of a
 * PlaceholderGroup of common.proto), as they were sent; the proxy compares them with the field that
 * is searched.
 */
final class PlaceholderReader {
  private PlaceholderReader() {}

  /**
   * @param queries how many the request says there are; 0 when it does not say, as old clients
   * @return a Fixed column of dense or a Variable column of sparse vectors, one row a query
   */
  static Column read(ByteString bytes, long queries) {
    PlaceholderValue placeholder = parse(bytes);
    if (placeholder.getElementLevel()) {
      throw ElanusException.invalid("element-level search is not supported yet");
    }
    DataType type = type(placeholder.getTypeValue());
    List<ByteString> values = placeholder.getValuesList();
    if (queries != 0 && queries != values.size()) {
      throw ElanusException.invalid(
          "nq [%d] is invalid, the request has %d search vectors"
              .formatted(queries, values.size()));
    }
    return type == DataType.SPARSE_FLOAT_VECTOR ? sparse(values) : dense(values, type);
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

  private static Column sparse(List<ByteString> values) {
    List<WireReader.Slice> rows =
        values.stream()
            .map(ByteString::toByteArray)
            .map(row -> new WireReader.Slice(row, 0, row.length))
            .toList();
    return VariableReader.column(
        rows, DataType.SPARSE_FLOAT_VECTOR, new Validity(rows.size(), rows.size(), null));
  }

  private static Column dense(List<ByteString> values, DataType type) {
    int width = values.isEmpty() ? 0 : values.getFirst().size();
    int dimension = (int) (8L * width / type.rowBytes(8));
    if (type.rowBytes(dimension) != width) {
      throw new ElanusException(
          ErrorCode.SEGMENT_ENGINE,
          "vector dimension mismatch, %d bytes of a search vector are no whole number of elements of %s"
              .formatted(width, type.wireName()));
    }
    byte[] joined = new byte[Math.multiplyExact(width, values.size())];
    for (int i = 0; i < values.size(); i++) {
      ByteString value = values.get(i);
      if (value.size() != width) {
        throw new ElanusException(
            ErrorCode.SEGMENT_ENGINE,
            "vector dimension mismatch, expected vector size(byte) %d, actual %d, search vector: %d"
                .formatted(width, value.size(), i));
      }
      value.copyTo(joined, i * width);
    }
    return new Column.Fixed(type, dimension, values.size(), null, MemorySegment.ofArray(joined));
  }
}
