package io.elanus.files;

import com.google.flatbuffers.FlatBufferBuilder;
import io.elanus.schema.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/**
 * Milvus types as Arrow types, both ways.
 *
 * <p>Int8–64, Float, Double and Bool are their Arrow namesakes; VarChar and JSON are Utf8; Array is
 * List; FloatVector is FixedSizeList&lt;float32&gt;; the other dense vectors are FixedSizeBinary;
 * sparse vectors are Binary. What Arrow does not say stands in the field's metadata: {@code
 * elanus.field_id}, {@code elanus.type} (the wire number), {@code elanus.dim}, {@code
 * elanus.element_type}.
 */
final class ArrowFields {
  private static final String FIELD_ID = "elanus.field_id";
  private static final String TYPE = "elanus.type";
  private static final String DIMENSION = "elanus.dim";
  private static final String ELEMENT_TYPE = "elanus.element_type";

  /** What a field of a file says about itself. */
  record Description(
      long fieldId, String name, DataType type, int dimension, Optional<DataType> elementType) {}

  private ArrowFields() {}

  /** Offset of the schema table. */
  static int schema(FlatBufferBuilder builder, List<ColumnSource> columns) {
    int[] fields = columns.stream().mapToInt(column -> field(builder, column)).toArray();
    int vector = Schema.createFieldsVector(builder, fields);
    return Schema.createSchema(builder, Endianness.Little, vector, 0, 0);
  }

  private static int field(FlatBufferBuilder builder, ColumnSource column) {
    int children = Field.createChildrenVector(builder, children(builder, column));
    int metadata = Field.createCustomMetadataVector(builder, metadata(builder, column));
    int name = builder.createString(column.name());
    int type = type(builder, column.type(), column.dimension());
    return Field.createField(
        builder, name, column.nullable(), typeOf(column.type()), type, 0, children, metadata);
  }

  private static int[] children(FlatBufferBuilder builder, ColumnSource column) {
    return switch (column.type()) {
      case FLOAT_VECTOR -> new int[] {child(builder, DataType.FLOAT)};
      case ARRAY -> new int[] {child(builder, column.elementType().orElseThrow())};
      default -> new int[0];
    };
  }

  private static int child(FlatBufferBuilder builder, DataType elementType) {
    int children = Field.createChildrenVector(builder, new int[0]);
    int name = builder.createString("item");
    int type = type(builder, elementType, 0);
    return Field.createField(builder, name, false, typeOf(elementType), type, 0, children, 0);
  }

  private static int[] metadata(FlatBufferBuilder builder, ColumnSource column) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put(FIELD_ID, Long.toString(column.fieldId()));
    pairs.put(TYPE, Integer.toString(column.type().wireNumber()));
    if (column.type().isDenseVector()) {
      pairs.put(DIMENSION, Integer.toString(column.dimension()));
    }
    column
        .elementType()
        .ifPresent(element -> pairs.put(ELEMENT_TYPE, Integer.toString(element.wireNumber())));
    return pairs.entrySet().stream()
        .mapToInt(pair ->
            KeyValue.createKeyValue(
                builder,
                builder.createString(pair.getKey()),
                builder.createString(pair.getValue())))
        .toArray();
  }

  private static byte typeOf(DataType type) {
    return switch (type) {
      case BOOL -> Type.Bool;
      case INT8, INT16, INT32, INT64 -> Type.Int;
      case FLOAT, DOUBLE -> Type.FloatingPoint;
      case VARCHAR, JSON -> Type.Utf8;
      case ARRAY -> Type.List;
      case FLOAT_VECTOR -> Type.FixedSizeList;
      case BINARY_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR -> Type.FixedSizeBinary;
      case SPARSE_FLOAT_VECTOR -> Type.Binary;
    };
  }

  private static int type(FlatBufferBuilder builder, DataType type, int dimension) {
    return switch (type) {
      case BOOL -> {
        Bool.startBool(builder);
        yield Bool.endBool(builder);
      }
      case INT8, INT16, INT32, INT64 -> Int.createInt(builder, 8 * type.rowBytes(0), true);
      case FLOAT -> FloatingPoint.createFloatingPoint(builder, Precision.SINGLE);
      case DOUBLE -> FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE);
      case VARCHAR, JSON -> {
        Utf8.startUtf8(builder);
        yield Utf8.endUtf8(builder);
      }
      case ARRAY -> {
        org.apache.arrow.flatbuf.List.startList(builder);
        yield org.apache.arrow.flatbuf.List.endList(builder);
      }
      case FLOAT_VECTOR -> FixedSizeList.createFixedSizeList(builder, dimension);
      case BINARY_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR ->
          FixedSizeBinary.createFixedSizeBinary(builder, type.rowBytes(dimension));
      case SPARSE_FLOAT_VECTOR -> {
        Binary.startBinary(builder);
        yield Binary.endBinary(builder);
      }
    };
  }

  /** Reads a field back; throws IllegalArgumentException for one that we did not write. */
  static Description describe(Field field) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < field.customMetadataLength(); i++) {
      KeyValue pair = field.customMetadata(i);
      pairs.put(pair.key(), pair.value());
    }
    DataType type = dataType(pairs, TYPE).orElseThrow(IllegalArgumentException::new);
    if (typeOf(type) != field.typeType()) {
      throw new IllegalArgumentException("field is not stored as its type demands");
    }
    return new Description(
        number(pairs, FIELD_ID),
        field.name(),
        type,
        type.isDenseVector() ? (int) number(pairs, DIMENSION) : 0,
        dataType(pairs, ELEMENT_TYPE));
  }

  private static Optional<DataType> dataType(Map<String, String> pairs, String key) {
    return pairs.containsKey(key)
        ? Optional.of(DataType.ofWireNumber((int) number(pairs, key)))
        : Optional.empty();
  }

  private static long number(Map<String, String> pairs, String key) {
    return Long.parseLong(pairs.getOrDefault(key, ""));
  }
}
