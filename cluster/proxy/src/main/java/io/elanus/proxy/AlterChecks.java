package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether properties and fields of an existing collection may be changed as asked. */
final class AlterChecks {
  private static final Set<String> FIELD_KEYS =
      Set.of("max_length", "max_capacity", "mmap.enabled", "warmup", "field.description");
  private static final Set<String> DROPPABLE_FIELD_KEYS = Set.of("mmap.enabled", "warmup");

  private final ProxyConfig config;

  AlterChecks(ProxyConfig config) {
    this.config = config;
  }

  void checkDatabase(Ddl.AlterDatabase command) {
    if (command.set().isEmpty() && command.delete().isEmpty()) {
      throw ElanusException.invalid(
          "alter database with empty properties and delete keys, expected to set either properties"
              + " or delete keys");
    }
    if (!command.set().isEmpty() && !command.delete().isEmpty()) {
      throw ElanusException.invalid(
          "alter database cannot modify properties and delete keys at the same time");
    }
    PropertyChecks.checkDatabase(command.set());
  }

  void checkCollection(
      Ddl.AlterCollection command, Catalogue.Collection collection, boolean loaded) {
    Map<String, String> set = command.set();
    List<String> delete = command.delete();
    checkOneOf(set, delete);
    checkDynamic(set, delete, collection.schema());
    if (loaded) {
      checkLoaded(set, delete, collection.name());
    }
    if (set.containsKey("collection.description")) {
      CollectionChecks.checkDescription(set.getOrDefault("collection.description", ""));
    }
    if (PropertyChecks.isTrue(set, PropertyChecks.ISOLATION)
        && collection.schema().partitionKey().isEmpty()) {
      throw new ElanusException(
          ErrorCode.ILLEGAL_SCHEMA,
          "partition key isolation mode is enabled but no partition key field is set. "
              + "Please set the partition key first");
    }
    PropertyChecks.checkCollection(set, collection.schema().fields());
  }

  private static void checkOneOf(Map<String, String> set, List<String> delete) {
    if (set.isEmpty() && delete.isEmpty()) {
      throw ElanusException.invalid("no properties or delete keys provided");
    }
    if (!set.isEmpty() && !delete.isEmpty()) {
      throw ElanusException.invalid("cannot provide both DeleteKeys and ExtraParams");
    }
  }

  private static void checkDynamic(
      Map<String, String> set, List<String> delete, CollectionSchema schema) {
    if (delete.contains(PropertyChecks.DYNAMIC)) {
      throw ElanusException.invalid(
          "cannot delete key dynamicfield.enabled, dynamic field schema could support set to"
              + " true/false");
    }
    String value = set.get(PropertyChecks.DYNAMIC);
    if (value == null) {
      return;
    }
    if (set.size() > 1) {
      throw ElanusException.invalid(
          "cannot alter dynamic schema with other properties at the same time");
    }
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw ElanusException.invalid("dynamicfield.enabled should be true or false, got " + value);
    }
    if (value.equalsIgnoreCase("false") && schema.enableDynamicField()) {
      throw ElanusException.invalid("dynamic schema cannot supported to be disabled");
    }
  }

  private static void checkLoaded(Map<String, String> set, List<String> delete, String name) {
    if (set.containsKey(PropertyChecks.MMAP)) {
      throw loaded("can not alter mmap properties if collection loaded", name);
    }
    if (delete.contains(PropertyChecks.MMAP)) {
      throw loaded("can not delete mmap properties if collection loaded", name);
    }
    if (set.keySet().stream().anyMatch(PropertyChecks::isWarmup)) {
      throw loaded("can not alter warmup properties if collection loaded", name);
    }
    if (delete.stream().anyMatch(PropertyChecks::isWarmup)) {
      throw loaded("can not delete warmup properties if collection loaded", name);
    }
  }

  private static ElanusException loaded(String sentence, String collection) {
    return new ElanusException(ErrorCode.COLLECTION_LOADED, sentence)
        .with("collection", collection);
  }

  void checkField(Ddl.AlterField command, Catalogue.Collection collection, boolean loaded) {
    checkOneOf(command.set(), command.delete());
    FieldSchema field =
        collection
            .schema()
            .field(command.field())
            .orElseThrow(() ->
                new ElanusException(ErrorCode.FIELD_NOT_FOUND).with("field", command.field()));
    for (String key : command.delete()) {
      if (!DROPPABLE_FIELD_KEYS.contains(key)) {
        throw ElanusException.invalid(key + " is not allowed to drop in collection field param");
      }
    }
    command.set().forEach((key, value) -> checkFieldKey(field, key, value));
    boolean holding =
        command.set().containsKey(PropertyChecks.MMAP)
            || command.delete().contains(PropertyChecks.MMAP);
    if (loaded && holding) {
      throw loaded(
          "can not alter collection field properties if collection loaded", collection.name());
    }
    if (loaded && (command.set().containsKey("warmup") || command.delete().contains("warmup"))) {
      throw loaded("can not alter warmup if collection loaded", collection.name());
    }
  }

  private static void checkFieldKey(FieldSchema field, String key, String value) {
    if (!FIELD_KEYS.contains(key)) {
      throw ElanusException.invalid(key + " does not allow update in collection field param");
    }
    switch (key) {
      case "max_length" -> {
        boolean text =
            field.type() == DataType.VARCHAR
                || field.elementType().filter(type -> type == DataType.VARCHAR).isPresent();
        if (!text) {
          throw ElanusException.invalid("can not modify the maxlength for non-string types");
        }
        FieldChecks.checkMaxLength(field.name(), value);
      }
      case "max_capacity" -> {
        if (field.type() != DataType.ARRAY) {
          throw ElanusException.invalid("can not modify the maxcapacity for non-array types");
        }
        FieldChecks.checkCapacity(field.name(), value);
      }
      case "field.description" -> CollectionChecks.checkDescription(value);
      default -> PropertyChecks.checkLoading(Map.of(key, value));
    }
  }

  void checkAdd(Ddl.AddField command, Catalogue.Collection collection) {
    FieldSchema field = command.field();
    CollectionSchema schema = collection.schema();
    CollectionChecks.checkReserved(field.name());
    if (schema.userFields().size() >= config.maxFields()) {
      throw ElanusException.invalid(
          "The number of fields has reached the maximum value " + config.maxFields());
    }
    if (field.primaryKey()) {
      throw ElanusException.invalid("not support to add pk field, field name = " + field.name());
    }
    if (field.autoId()) {
      throw ElanusException.invalid(
          "only primary field can speficy AutoID with true, field name = " + field.name());
    }
    if (field.partitionKey()) {
      throw ElanusException.invalid(
          "not support to add partition key field, field name  = " + field.name());
    }
    if (field.dynamic()) {
      throw ElanusException.invalid("cannot explicitly set a field as a dynamic field");
    }
    if (!field.nullable()) {
      throw ElanusException.invalid(
          "added field must be nullable, please check it, field name = " + field.name());
    }
    if (field.type().isVector() && schema.vectorFields().size() >= config.maxVectorFields()) {
      throw ElanusException.invalid(
          "maximum vector field's number should be limited to " + config.maxVectorFields());
    }
    checkAddedClusteringKey(field, schema);
    new FieldChecks(config).check(collection.name(), field);
    if (schema.field(field.name()).isPresent()) {
      throw ElanusException.invalid("duplicated field name " + field.name());
    }
  }

  private static void checkAddedClusteringKey(FieldSchema field, CollectionSchema schema) {
    if (!field.clusteringKey()) {
      return;
    }
    schema.fields().stream()
        .filter(FieldSchema::clusteringKey)
        .findFirst()
        .ifPresent(other -> {
          throw ElanusException.invalid(
              "already has another clustering key field, field name: " + field.name());
        });
    List<FieldSchema> fields = new ArrayList<>(schema.fields());
    fields.add(field);
    CollectionChecks.checkClusteringKey(fields);
  }

  void checkDrop(Ddl.DropField command, Catalogue.Collection collection) {
    CollectionSchema schema = collection.schema();
    FieldSchema field =
        (command.field().isEmpty()
                ? schema.field(command.fieldId())
                : schema.field(command.field()))
            .orElseThrow(() ->
                ElanusException.invalid(
                    "field not found: "
                        + (command.field().isEmpty() ? command.fieldId() : command.field())));
    String name = field.name();
    if (field.primaryKey()) {
      throw ElanusException.invalid("cannot drop primary key field: " + name);
    }
    if (field.partitionKey()) {
      throw ElanusException.invalid("cannot drop partition key field: " + name);
    }
    if (field.clusteringKey()) {
      throw ElanusException.invalid("cannot drop clustering key field: " + name);
    }
    if (field.dynamic()) {
      throw ElanusException.invalid("cannot drop dynamic field: " + name + ", use AlterCollection");
    }
    if (field.type().isVector() && schema.vectorFields().size() == 1) {
      throw ElanusException.invalid("cannot drop the last vector field: " + name);
    }
  }
}
