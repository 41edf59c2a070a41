package io.elanus.coordinator.root;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** New schemas from old ones. Field ids rise from 100 and are never used again. */
final class Schemas {
  private Schemas() {}

  /** Field ids in the order given, then the dynamic field. */
  static CollectionSchema withIds(
      CollectionSchema given, boolean dynamic, Map<String, String> properties) {
    List<FieldSchema> fields = new ArrayList<>();
    long id = CollectionSchema.FIRST_USER_FIELD;
    for (FieldSchema field : given.fields()) {
      fields.add(field.withId(id++));
    }
    if (dynamic) {
      fields.add(dynamicField(id++, false));
    }
    return new CollectionSchema(
        given.name(), given.description(), fields, properties, 0, List.of(), id);
  }

  /**
   * @param nullable when rows without it exist
   */
  private static FieldSchema dynamicField(long id, boolean nullable) {
    return new FieldSchema(
        id,
        CollectionSchema.DYNAMIC_FIELD_NAME,
        "dynamic schema",
        DataType.JSON,
        Optional.empty(),
        false,
        false,
        false,
        false,
        nullable,
        true,
        Optional.empty(),
        Map.of());
  }

  static CollectionSchema named(CollectionSchema schema, String name) {
    return new CollectionSchema(
        name,
        schema.description(),
        schema.fields(),
        schema.properties(),
        schema.version(),
        schema.droppedFieldIds(),
        schema.nextFieldId());
  }

  static CollectionSchema described(
      CollectionSchema schema, String description, Map<String, String> properties) {
    return new CollectionSchema(
        schema.name(),
        description,
        schema.fields(),
        properties,
        schema.version(),
        schema.droppedFieldIds(),
        schema.nextFieldId());
  }

  /** Behind the last user field: the dynamic field stays last. */
  static CollectionSchema plus(CollectionSchema schema, FieldSchema added) {
    List<FieldSchema> fields = new ArrayList<>(schema.userFields());
    fields.add(added.withId(schema.nextFieldId()));
    schema.dynamicField().ifPresent(fields::add);
    return next(schema, fields, schema.droppedFieldIds(), schema.nextFieldId() + 1);
  }

  static CollectionSchema plusDynamic(CollectionSchema schema) {
    List<FieldSchema> fields = new ArrayList<>(schema.fields());
    fields.add(dynamicField(schema.nextFieldId(), true));
    return next(schema, fields, schema.droppedFieldIds(), schema.nextFieldId() + 1);
  }

  static CollectionSchema minus(CollectionSchema schema, FieldSchema dropped) {
    List<FieldSchema> fields = new ArrayList<>(schema.fields());
    fields.remove(dropped);
    List<Long> droppedIds = new ArrayList<>(schema.droppedFieldIds());
    droppedIds.add(dropped.id());
    return next(schema, fields, droppedIds, schema.nextFieldId());
  }

  static CollectionSchema replacing(CollectionSchema schema, FieldSchema changed) {
    List<FieldSchema> fields =
        schema.fields().stream()
            .map(field -> field.id() == changed.id() ? changed : field)
            .toList();
    return next(schema, fields, schema.droppedFieldIds(), schema.nextFieldId());
  }

  private static CollectionSchema next(
      CollectionSchema schema, List<FieldSchema> fields, List<Long> droppedIds, long nextFieldId) {
    return new CollectionSchema(
        schema.name(),
        schema.description(),
        fields,
        schema.properties(),
        schema.version() + 1,
        droppedIds,
        nextFieldId);
  }
}
