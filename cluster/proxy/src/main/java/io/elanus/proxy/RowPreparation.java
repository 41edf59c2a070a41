package io.elanus.proxy;

import io.elanus.proxy.column.ColumnChecks;
import io.elanus.proxy.column.JsonChecks;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From the columns of a request to a batch with every field of the schema: checked, absent fields
 * filled. The order of checks is Milvus's (schema timestamp, key column, columns against the
 * schema, partition rule, values), so that a request with two faults gets the error its client
 * expects.
 */
final class RowPreparation {
  private static final String EMPTY_OBJECT = "{}";

  private RowPreparation() {}

  static void checkSchemaTimestamp(Catalogue.Collection collection, Proxy.InsertRequest request) {
    if (request.schemaTimestamp() != 0
        && request.schemaTimestamp() != collection.updateTimestamp()) {
      throw new ElanusException(ErrorCode.SCHEMA_MISMATCH).with("collection", request.collection());
    }
  }

  /** Shape only: known names, equal row counts, objects in the dynamic field. */
  static void checkShape(CollectionSchema schema, Proxy.InsertRequest request) {
    if (request.rows() <= 0) {
      throw ElanusException.invalid("num_rows should be greater than 0");
    }
    if (request.columns().isEmpty()) {
      throw ElanusException.invalid("len(columns) mismatch the expectColumnNum");
    }
    Column dynamic = request.columns().get(CollectionSchema.DYNAMIC_FIELD_NAME);
    if (dynamic != null) {
      if (!schema.enableDynamicField()) {
        throw ElanusException.invalid(
            "without dynamic schema enabled, the field name cannot be set to $meta");
      }
      checkRows(CollectionSchema.DYNAMIC_FIELD_NAME, dynamic, request.rows());
      JsonChecks.checkDynamic(schema, dynamic);
    }
    request
        .columns()
        .forEach((name, column) -> {
          if (schema.field(name).isEmpty()) {
            throw ElanusException.invalid("fieldName " + name + " not exist in collection schema");
          }
          checkRows(name, column, request.rows());
        });
  }

  private static void checkRows(String name, Column column, int rows) {
    if (column.rows() != rows) {
      throw ElanusException.invalid(
          "the num_rows (%d) of field (%s) is not equal to passed num_rows (%d)"
              .formatted(column.rows(), name, rows));
    }
  }

  /** The columns of an insert with its generated key column, if keys are generated. */
  static Map<String, Column> withKeys(
      Catalogue.Collection collection, Proxy.InsertRequest request, long firstId) {
    FieldSchema key = collection.schema().primaryKey();
    boolean given = request.columns().containsKey(key.name());
    if (!key.autoId()) {
      return request.columns();
    }
    if (given) {
      if (!PropertyChecks.isTrue(collection.properties(), PropertyChecks.ALLOW_AUTO_ID)) {
        throw ElanusException.invalid(
            "can not assign primary field data when auto id enabled and allow_insert_auto_id is"
                + " false "
                + key.name());
      }
      return request.columns();
    }
    Map<String, Column> columns = new HashMap<>(request.columns());
    columns.put(key.name(), ColumnBuilders.sequence(key, firstId, request.rows()));
    return columns;
  }

  /** Every field that has no column must have a default, be nullable or be the dynamic one. */
  static void checkPresence(CollectionSchema schema, Map<String, Column> columns) {
    for (FieldSchema field : schema.fields()) {
      if (!columns.containsKey(field.name()) && !fillable(field)) {
        throw missing(field);
      }
    }
  }

  static boolean fillable(FieldSchema field) {
    return field.dynamic() || field.nullable() || field.defaultValue().isPresent();
  }

  static ElanusException missing(FieldSchema field) {
    return ElanusException.invalid(
        "fieldSchema(" + field.name() + ") has no corresponding fieldData pass in");
  }

  /** Columns checked against their fields, in schema order, by field id. */
  static RowBatch batch(CollectionSchema schema, Map<String, Column> columns, int rows) {
    Map<Long, Column> byId = new LinkedHashMap<>();
    for (FieldSchema field : schema.fields()) {
      Column given = columns.get(field.name());
      byId.put(
          field.id(),
          given == null ? filled(field, rows) : ColumnChecks.checked(withRoom(field), given));
    }
    return new RowBatch(rows, byId);
  }

  /** A null row of the dynamic field is an empty object. */
  private static FieldSchema withRoom(FieldSchema field) {
    return field.dynamic()
        ? field.withNulls(field.nullable(), Optional.of(new Value.Text(EMPTY_OBJECT)))
        : field;
  }

  static Column filled(FieldSchema field, int rows) {
    if (field.dynamic()) {
      return ColumnBuilders.repeated(field, EMPTY_OBJECT, rows);
    }
    return field
        .defaultValue()
        .map(value -> ColumnBuilders.repeated(field, value.plain(), rows))
        .orElseGet(() -> ColumnBuilders.nulls(field, rows));
  }

  /** The partition of all rows; empty when each row's is found by its partition key. */
  static Optional<Catalogue.Partition> partition(
      Catalogue.Collection collection, Proxy.InsertRequest request) {
    String name = request.partition();
    if (!name.isEmpty()) {
      PartitionScope.requireNameable(collection);
      return Optional.of(PartitionScope.one(collection, name));
    }
    return collection.schema().partitionKey().isPresent()
        ? Optional.empty()
        : Optional.of(PartitionScope.one(collection, Catalogue.DEFAULT_PARTITION));
  }
}
