package io.elanus.api.client;

import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.ValueField;
import io.elanus.roles.Ddl;
import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.util.List;
import java.util.Map;

/** Schemas as CreateCollection takes them (schema.proto, CollectionSchema). */
final class SchemaWriter {
  private SchemaWriter() {}

  static CollectionSchema write(Ddl.CreateCollection command) {
    CollectionSchema.Builder schema =
        CollectionSchema.newBuilder()
            .setName(command.schema().name())
            .setDescription(command.schema().description())
            .setEnableDynamicField(command.dynamic());
    command.schema().userFields().forEach(field -> schema.addFields(field(field)));
    return schema.build();
  }

  private static FieldSchema field(io.elanus.schema.FieldSchema field) {
    FieldSchema.Builder written =
        FieldSchema.newBuilder()
            .setName(field.name())
            .setDescription(field.description())
            .setDataTypeValue(field.type().wireNumber())
            .setIsPrimaryKey(field.primaryKey())
            .setAutoID(field.autoId())
            .setIsPartitionKey(field.partitionKey())
            .setIsClusteringKey(field.clusteringKey())
            .setNullable(field.nullable())
            .addAllTypeParams(pairs(field.parameters()));
    field.elementType().ifPresent(type -> written.setElementTypeValue(type.wireNumber()));
    field
        .defaultValue()
        .ifPresent(value -> written.setDefaultValue(defaultValue(value, field.type())));
    return written.build();
  }

  private static ValueField defaultValue(Value value, DataType type) {
    ValueField.Builder written = ValueField.newBuilder();
    switch (value) {
      case Value.Bool bool -> written.setBoolData(bool.value());
      case Value.Int number when type == DataType.INT64 -> written.setLongData(number.value());
      case Value.Int number -> written.setIntData(Math.toIntExact(number.value()));
      case Value.Real number when type == DataType.FLOAT ->
          written.setFloatData((float) number.value());
      case Value.Real number -> written.setDoubleData(number.value());
      case Value.Text text -> written.setStringData(text.value());
      case Value.Many many -> throw new IllegalArgumentException("a list is no default value");
    }
    return written.build();
  }

  static List<KeyValuePair> pairs(Map<String, String> map) {
    return map.entrySet().stream()
        .map(entry ->
            KeyValuePair.newBuilder().setKey(entry.getKey()).setValue(entry.getValue()).build())
        .toList();
  }
}
