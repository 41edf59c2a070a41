package io.elanus.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rows of a collection look like. User fields come first, in the order given; the dynamic
 * field, if there is one, is the field whose {@link FieldSchema#dynamic} is true.
 *
 * @param version rises by one with each change
 * @param droppedFieldIds ids that older segments may still carry and readers skip
 * @param nextFieldId the id that the next added field gets
 */
public record CollectionSchema(
    String name,
    String description,
    List<FieldSchema> fields,
    Map<String, String> properties,
    int version,
    List<Long> droppedFieldIds,
    long nextFieldId) {
  /** Hidden column of every stored row: the row's id, unique in the cluster (Int64). */
  public static final long ROW_ID_FIELD = 0;

  /** Hidden column of every stored row: the timestamp of its write (Int64). */
  public static final long TIMESTAMP_FIELD = 1;

  public static final long FIRST_USER_FIELD = 100;

  /** The name of the hidden field that holds undeclared keys. */
  public static final String DYNAMIC_FIELD_NAME = "$meta";

  public CollectionSchema {
    fields = List.copyOf(fields);
    properties = Map.copyOf(properties);
    droppedFieldIds = List.copyOf(droppedFieldIds);
  }

  /** A declared field or the dynamic field, by name. */
  public Optional<FieldSchema> field(String fieldName) {
    return fields.stream().filter(field -> field.name().equals(fieldName)).findFirst();
  }

  public Optional<FieldSchema> field(long id) {
    return fields.stream().filter(field -> field.id() == id).findFirst();
  }

  /**
   * @throws ElanusException FIELD_NOT_FOUND
   */
  public FieldSchema requireField(long id) {
    return field(id)
        .orElseThrow(() -> new ElanusException(ErrorCode.FIELD_NOT_FOUND).with("field", id));
  }

  public FieldSchema primaryKey() {
    return fields.stream().filter(FieldSchema::primaryKey).findFirst().orElseThrow();
  }

  public Optional<FieldSchema> partitionKey() {
    return fields.stream().filter(FieldSchema::partitionKey).findFirst();
  }

  public Optional<FieldSchema> dynamicField() {
    return fields.stream().filter(FieldSchema::dynamic).findFirst();
  }

  public boolean enableDynamicField() {
    return dynamicField().isPresent();
  }

  public List<FieldSchema> vectorFields() {
    return fields.stream().filter(field -> field.type().isVector()).toList();
  }

  /** Fields that a user declared: all but the dynamic one. */
  public List<FieldSchema> userFields() {
    return fields.stream().filter(field -> !field.dynamic()).toList();
  }
}
