package io.elanus.api.milvus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.roles.Ddl;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Schemas of the protocol (schema.proto, CollectionSchema) to ours and back. What is not built yet
 * is refused here by name, because our records have no place for it.
 */
final class SchemaTranslator {
  private SchemaTranslator() {}

  /** The command in a request; its schema has no ids yet. */
  static Ddl.CreateCollection create(String database, CreateCollectionRequest request) {
    CollectionSchema schema = parse(request.getSchema());
    refuseUnbuilt(schema);
    Map<String, String> properties = new LinkedHashMap<>(Pairs.map(schema.getPropertiesList()));
    properties.putAll(Pairs.map(request.getPropertiesList()));
    return new Ddl.CreateCollection(
        database,
        new io.elanus.schema.CollectionSchema(
            request.getCollectionName(),
            schema.getDescription(),
            schema.getFieldsList().stream().map(SchemaTranslator::field).toList(),
            properties,
            0,
            List.of(),
            0),
        schema.getEnableDynamicField(),
        request.getShardsNum(),
        Math.clamp(request.getNumPartitions(), Integer.MIN_VALUE, Integer.MAX_VALUE),
        ReadLevels.consistency(request.getConsistencyLevel()),
        properties);
  }

  private static CollectionSchema parse(ByteString bytes) {
    try {
      return CollectionSchema.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw ElanusException.invalid("schema of the request cannot be read: " + e.getMessage());
    }
  }

  private static void refuseUnbuilt(CollectionSchema schema) {
    refuse(schema.getFunctionsCount() > 0, "functions are");
    refuse(schema.getStructArrayFieldsCount() > 0, "struct array fields are");
    refuse(schema.getEnableNamespace(), "enable_namespace is");
    refuse(
        !schema.getExternalSource().isEmpty() || !schema.getExternalSpec().isEmpty(),
        "external collections are");
    refuse(schema.getFileResourceIdsCount() > 0, "file resources are");
  }

  private static void refuse(boolean present, String what) {
    if (present) {
      throw ElanusException.invalid(what + " not supported yet");
    }
  }

  /** A field of a request. */
  static io.elanus.schema.FieldSchema field(FieldSchema field) {
    if (field.getIsDynamic()) {
      throw ElanusException.invalid("cannot explicitly set a field as a dynamic field");
    }
    refuse(field.getIsFunctionOutput(), "function outputs are");
    refuse(!field.getExternalField().isEmpty(), "external fields are");
    DataType type = type(field.getDataTypeValue());
    return new io.elanus.schema.FieldSchema(
        0,
        field.getName(),
        field.getDescription(),
        type,
        type == DataType.ARRAY
            ? Optional.of(elementType(field.getElementTypeValue()))
            : Optional.empty(),
        field.getIsPrimaryKey(),
        field.getAutoID(),
        field.getIsPartitionKey(),
        field.getIsClusteringKey(),
        field.getNullable(),
        false,
        DefaultValues.read(field, type),
        Pairs.map(field.getTypeParamsList()));
  }

  private static DataType type(int number) {
    return switch (number) {
      case 0 -> throw ElanusException.invalid("data type None is not valid");
      case 20 ->
          throw ElanusException.invalid(
              "string data type not supported yet, please use VarChar type instead");
      case 106 ->
          throw ElanusException.invalid("array of vector can only be in the struct array field");
      default -> built(number, "data type " + WireNames.dataType(number) + " is not supported yet");
    };
  }

  private static DataType elementType(int number) {
    if (number == 0) {
      throw ElanusException.invalid("element data type None is not valid");
    }
    if (number == DataType.ARRAY.wireNumber()) {
      throw ElanusException.invalid("nested array is not supported");
    }
    String sentence = "element type " + WireNames.dataType(number) + " is not supported";
    DataType type = built(number, sentence);
    if (type == DataType.JSON || type.isVector()) {
      throw ElanusException.invalid(sentence);
    }
    return type;
  }

  private static DataType built(int number, String otherwise) {
    for (DataType type : DataType.values()) {
      if (type.wireNumber() == number) {
        return type;
      }
    }
    throw ElanusException.invalid(otherwise);
  }

  /** The schema as DescribeCollection shows it: user fields, without the dynamic one. */
  static CollectionSchema describe(
      io.elanus.schema.CollectionSchema schema, Map<String, String> properties) {
    CollectionSchema.Builder described =
        CollectionSchema.newBuilder()
            .setName(schema.name())
            .setDescription(schema.description())
            .setAutoID(schema.primaryKey().autoId())
            .setEnableDynamicField(schema.enableDynamicField())
            .setVersion(schema.version())
            .addAllProperties(Pairs.list(properties));
    schema.userFields().forEach(field -> described.addFields(describe(field)));
    return described.build();
  }

  private static FieldSchema describe(io.elanus.schema.FieldSchema field) {
    FieldSchema.Builder described =
        FieldSchema.newBuilder()
            .setFieldID(field.id())
            .setName(field.name())
            .setDescription(field.description())
            .setDataTypeValue(field.type().wireNumber())
            .setIsPrimaryKey(field.primaryKey())
            .setAutoID(field.autoId())
            .setIsPartitionKey(field.partitionKey())
            .setIsClusteringKey(field.clusteringKey())
            .setNullable(field.nullable())
            .addAllTypeParams(Pairs.list(field.parameters()));
    field.elementType().ifPresent(type -> described.setElementTypeValue(type.wireNumber()));
    field
        .defaultValue()
        .ifPresent(value -> described.setDefaultValue(DefaultValues.write(value, field.type())));
    return described.build();
  }
}
