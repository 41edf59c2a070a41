package io.elanus.api.client;

import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Schemas as DescribeCollection tells them: as far as rows need them, that is without default
 * values, which the server fills in. The dynamic field, which is only flagged there, is the last.
 */
final class SchemaReader {
  private SchemaReader() {}

  static CollectionSchema read(io.elanus.api.milvus.proto.CollectionSchema schema) {
    List<io.elanus.schema.FieldSchema> fields = new ArrayList<>();
    for (FieldSchema field : schema.getFieldsList()) {
      if (!field.getIsDynamic()) {
        fields.add(field(field));
      }
    }
    if (schema.getEnableDynamicField()) {
      fields.add(field(0, CollectionSchema.DYNAMIC_FIELD_NAME, DataType.JSON, Optional.empty()));
    }
    return new CollectionSchema(
        schema.getName(),
        schema.getDescription(),
        fields,
        map(schema.getPropertiesList()),
        schema.getVersion(),
        List.of(),
        0);
  }

  private static io.elanus.schema.FieldSchema field(FieldSchema field) {
    DataType type = type(field.getDataTypeValue(), field.getName());
    return new io.elanus.schema.FieldSchema(
        field.getFieldID(),
        field.getName(),
        field.getDescription(),
        type,
        type == DataType.ARRAY
            ? Optional.of(type(field.getElementTypeValue(), field.getName()))
            : Optional.empty(),
        field.getIsPrimaryKey(),
        field.getAutoID(),
        field.getIsPartitionKey(),
        field.getIsClusteringKey(),
        field.getNullable(),
        false,
        Optional.empty(),
        map(field.getTypeParamsList()));
  }

  /** A field of which no more is known. */
  static io.elanus.schema.FieldSchema field(
      long id, String name, DataType type, Optional<DataType> elementType) {
    boolean dynamic = name.equals(CollectionSchema.DYNAMIC_FIELD_NAME);
    return new io.elanus.schema.FieldSchema(
        id,
        name,
        "",
        type,
        elementType,
        false,
        false,
        false,
        false,
        true,
        dynamic,
        Optional.empty(),
        Map.of());
  }

  /**
   * @throws ElanusException UNSUPPORTED for types that other servers have
   */
  static DataType type(int number, String field) {
    for (DataType type : DataType.values()) {
      if (type.wireNumber() == number) {
        return type;
      }
    }
    throw new ElanusException(ErrorCode.UNSUPPORTED, "the type of a field is not known here")
        .with("field", field)
        .with("type", number);
  }

  private static Map<String, String> map(List<KeyValuePair> pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    pairs.forEach(pair -> map.put(pair.getKey(), pair.getValue()));
    return map;
  }
}
