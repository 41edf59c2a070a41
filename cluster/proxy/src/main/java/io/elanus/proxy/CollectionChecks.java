package io.elanus.proxy;

import io.elanus.roles.Ddl;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether a collection may be created as asked. The order of checks is Milvus's, so that a schema
 * with two faults gets the error its client expects.
 */
final class CollectionChecks {
  private static final Set<String> SYSTEM_FIELDS =
      Set.of("RowID", "Timestamp", "$meta", "$namespace_id", "__virtual_pk__");
  private static final int MAX_DESCRIPTION_BYTES = 1024;

  private final ProxyConfig config;
  private final FieldChecks fieldChecks;

  CollectionChecks(ProxyConfig config) {
    this.config = config;
    this.fieldChecks = new FieldChecks(config);
  }

  void check(Ddl.CreateCollection command) {
    CollectionSchema schema = command.schema();
    List<FieldSchema> fields = schema.fields();
    checkCounts(command, fields);
    NameChecks.checkCollection(schema.name());
    checkDescription(schema.description());
    for (FieldSchema field : fields) {
      checkReserved(field.name());
    }
    checkPrimaryKey(fields);
    checkNoDynamic(fields);
    checkAutoId(fields);
    checkPartitionKey(command, fields);
    Map<String, String> properties = new HashMap<>(schema.properties());
    properties.putAll(command.properties());
    checkIsolation(properties, fields);
    PropertyChecks.checkCollection(properties, fields);
    checkClusteringKey(fields);
    for (FieldSchema field : fields) {
      fieldChecks.check(schema.name(), field);
    }
    checkDuplicates(fields);
  }

  private void checkCounts(Ddl.CreateCollection command, List<FieldSchema> fields) {
    if (command.shards() < 0 || command.shards() > config.maxShards()) {
      throw ElanusException.invalid(
          "maximum shards's number should be limited to " + config.maxShards());
    }
    if (fields.size() > config.maxFields()) {
      throw ElanusException.invalid(
          "maximum field's number should be limited to " + config.maxFields());
    }
    long vectors = fields.stream().filter(field -> field.type().isVector()).count();
    if (vectors > config.maxVectorFields()) {
      throw ElanusException.invalid(
          "maximum vector field's number should be limited to " + config.maxVectorFields());
    }
    if (vectors == 0) {
      throw ElanusException.invalid("schema does not contain vector field");
    }
  }

  static void checkDescription(String description) {
    if (description.getBytes(StandardCharsets.UTF_8).length > MAX_DESCRIPTION_BYTES) {
      throw ElanusException.invalid(
          "the length of a collection description must not exceed 1024 bytes");
    }
  }

  static void checkReserved(String name) {
    if (SYSTEM_FIELDS.contains(name)) {
      throw new ElanusException(
              ErrorCode.FIELD_NAME_INVALID,
              "Invalid field name: " + name + ". " + name + " is keyword in milvus.")
          .with("field", name);
    }
  }

  private static void checkPrimaryKey(List<FieldSchema> fields) {
    List<FieldSchema> keys = fields.stream().filter(FieldSchema::primaryKey).toList();
    if (keys.isEmpty()) {
      throw new ElanusException(ErrorCode.MISSING_PARAMETER, "primary key is not specified");
    }
    if (keys.size() > 1) {
      throw ElanusException.invalid(
          "there are more than one primary key, field name = " + names(keys));
    }
    if (!isKeyType(keys.getFirst())) {
      throw ElanusException.invalid("the data type of primary key should be Int64 or VarChar");
    }
  }

  private static boolean isKeyType(FieldSchema field) {
    return field.type() == DataType.INT64 || field.type() == DataType.VARCHAR;
  }

  private static void checkNoDynamic(List<FieldSchema> fields) {
    if (fields.stream().anyMatch(FieldSchema::dynamic)) {
      throw ElanusException.invalid("cannot explicitly set a field as a dynamic field");
    }
  }

  private static void checkAutoId(List<FieldSchema> fields) {
    for (FieldSchema field : fields) {
      if (field.autoId() && !field.primaryKey()) {
        throw ElanusException.invalid(
            "only primary field can speficy AutoID with true, field name = " + field.name());
      }
    }
  }

  private void checkPartitionKey(Ddl.CreateCollection command, List<FieldSchema> fields) {
    List<FieldSchema> keys = fields.stream().filter(FieldSchema::partitionKey).toList();
    if (keys.isEmpty()) {
      if (command.partitions() != 0) {
        throw ElanusException.invalid(
            "num_partitions should only be specified with partition key field enabled");
      }
      return;
    }
    if (keys.size() > 1) {
      throw ElanusException.invalid(
          "there are more than one partition key, field name = " + names(keys));
    }
    FieldSchema key = keys.getFirst();
    if (key.primaryKey()) {
      throw ElanusException.invalid("the partition key field must not be primary field");
    }
    if (key.nullable()) {
      throw ElanusException.invalid("partition key field not support nullable");
    }
    if (!isKeyType(key)) {
      throw ElanusException.invalid("the data type of partition key should be Int64 or VarChar");
    }
    if (command.partitions() < 0 || command.partitions() > config.maxPartitions()) {
      throw ElanusException.invalid(
          "partition number (%d) exceeds max configuration (%d)"
              .formatted(command.partitions(), config.maxPartitions()));
    }
  }

  private static void checkIsolation(Map<String, String> properties, List<FieldSchema> fields) {
    if (PropertyChecks.isTrue(properties, PropertyChecks.ISOLATION)
        && fields.stream().noneMatch(FieldSchema::partitionKey)) {
      throw new ElanusException(
          ErrorCode.ILLEGAL_SCHEMA,
          "partition key isolation mode is enabled but no partition key field is set. "
              + "Please set the partition key first");
    }
  }

  static void checkClusteringKey(List<FieldSchema> fields) {
    List<FieldSchema> keys = fields.stream().filter(FieldSchema::clusteringKey).toList();
    if (keys.size() > 1) {
      throw new ElanusException(
          ErrorCode.ILLEGAL_SCHEMA,
          "there are more than one clustering key, field name = " + names(keys));
    }
    Predicate<DataType> unfit =
        type -> type.isVector() || type == DataType.ARRAY || type == DataType.JSON;
    for (FieldSchema key : keys) {
      if (unfit.test(key.type()) || key.type() == DataType.BOOL) {
        throw new ElanusException(
            ErrorCode.ILLEGAL_SCHEMA,
            "the data type of clustering key is not supported, field name = " + key.name());
      }
      throw ElanusException.invalid(
          "clustering keys are not supported yet, field name = " + key.name());
    }
  }

  private static void checkDuplicates(List<FieldSchema> fields) {
    Set<String> names = new HashSet<>();
    for (FieldSchema field : fields) {
      if (!names.add(field.name())) {
        throw ElanusException.invalid("duplicated field name " + field.name() + " found");
      }
    }
  }

  private static String names(List<FieldSchema> fields) {
    return fields.stream().map(FieldSchema::name).collect(Collectors.joining(", "));
  }
}
