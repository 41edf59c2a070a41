package io.elanus.coordinator.root;

import static io.elanus.coordinator.root.RootDecisions.changed;
import static io.elanus.coordinator.root.RootDecisions.nothing;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Ddl;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adding, altering and dropping fields. Each is a change of schema. */
final class FieldRules {
  private static final String DESCRIPTION = "field.description";
  private static final Set<String> ALTERABLE =
      Set.of(
          "max_length",
          "max_capacity",
          "mmap.enabled",
          "mmap_enabled",
          DESCRIPTION,
          "enable_analyzer",
          "analyzer_params");

  private FieldRules() {}

  /** The owners hear of the new schema first; see {@link RootEntry.SchemaChange}. */
  static Decision<RootEntry, List<Long>> schemaChange(
      RootState state, RootEntry.Collection collection, CollectionSchema target, Fresh fresh) {
    var change = new RootEntry.SchemaChange(collection.withSchema(target, fresh.timestamp()));
    if (state.isPending(change)) {
      throw new ElanusException(
              ErrorCode.UNAVAILABLE, "an earlier schema change is still being carried out")
          .with("collection", collection.name());
    }
    return changed(List.of(collection.id()), Change.put(change));
  }

  static Decision<RootEntry, List<Long>> add(RootState state, Ddl.AddField command, Fresh fresh) {
    RootEntry.Collection collection = state.collection(command.database(), command.collection());
    FieldSchema field = command.field();
    checkKind(collection.schema(), field);
    if (collection.schema().field(field.name()).isPresent()) {
      throw ElanusException.invalid("duplicated field name " + field.name());
    }
    checkCounts(collection.schema(), field, fresh.limits());
    return schemaChange(state, collection, Schemas.plus(collection.schema(), field), fresh);
  }

  private static void checkKind(CollectionSchema schema, FieldSchema field) {
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
    Optional<FieldSchema> clustering =
        schema.fields().stream().filter(FieldSchema::clusteringKey).findFirst();
    if (field.clusteringKey() && clustering.isPresent()) {
      throw ElanusException.invalid(
          "already has another clustering key field, field name: " + clustering.get().name());
    }
  }

  private static void checkCounts(CollectionSchema schema, FieldSchema field, RootLimits limits) {
    if (schema.userFields().size() >= limits.fields()) {
      throw ElanusException.invalid(
          "The number of fields has reached the maximum value " + limits.fields());
    }
    if (field.type().isVector() && schema.vectorFields().size() >= limits.vectorFields()) {
      throw ElanusException.invalid(
          "maximum vector field's number should be limited to " + limits.vectorFields());
    }
  }

  static Decision<RootEntry, List<Long>> drop(RootState state, Ddl.DropField command, Fresh fresh) {
    RootEntry.Collection collection = state.collection(command.database(), command.collection());
    CollectionSchema schema = collection.schema();
    Optional<FieldSchema> found =
        command.field().isEmpty() ? schema.field(command.fieldId()) : schema.field(command.field());
    FieldSchema field =
        found.orElseThrow(() ->
            ElanusException.invalid(
                "field not found: "
                    + (command.field().isEmpty() ? command.fieldId() : command.field())));
    checkDroppable(collection, field);
    return schemaChange(state, collection, Schemas.minus(schema, field), fresh);
  }

  private static void checkDroppable(RootEntry.Collection collection, FieldSchema field) {
    CollectionSchema schema = collection.schema();
    if (field.dynamic()) {
      throw ElanusException.invalid(
          "cannot drop dynamic field: " + field.name() + ", use AlterCollection");
    }
    if (field.primaryKey()) {
      throw ElanusException.invalid("cannot drop primary key field: " + field.name());
    }
    if (field.partitionKey()) {
      throw ElanusException.invalid("cannot drop partition key field: " + field.name());
    }
    if (field.clusteringKey()) {
      throw ElanusException.invalid("cannot drop clustering key field: " + field.name());
    }
    if (field.type().isVector() && schema.vectorFields().size() == 1) {
      throw ElanusException.invalid("cannot drop the last vector field: " + field.name());
    }
    if (field.name().equals(collection.properties().get("ttl_field"))) {
      throw ElanusException.invalid("cannot drop the field that ttl_field names: " + field.name());
    }
  }

  static Decision<RootEntry, List<Long>> alter(
      RootState state, Ddl.AlterField command, Fresh fresh, Facts facts) {
    PropertyRules.checkShape(command.set(), command.delete());
    RootEntry.Collection collection = state.collection(command.database(), command.collection());
    FieldSchema field =
        collection
            .schema()
            .field(command.field())
            .orElseThrow(() ->
                new ElanusException(ErrorCode.FIELD_NOT_FOUND).with("field", command.field()));
    checkAlterable(collection, command, facts);
    Map<String, String> parameters = new HashMap<>(field.parameters());
    String description = field.description();
    for (Map.Entry<String, String> entry : command.set().entrySet()) {
      if (entry.getKey().equals(DESCRIPTION)) {
        description = entry.getValue();
      } else {
        parameters.put(entry.getKey(), checkedValue(field, entry.getKey(), entry.getValue()));
      }
    }
    command.delete().forEach(parameters::remove);
    FieldSchema altered = field.withDescription(description).withParameters(parameters);
    if (altered.equals(field)) {
      return nothing();
    }
    return schemaChange(state, collection, Schemas.replacing(collection.schema(), altered), fresh);
  }

  private static void checkAlterable(
      RootEntry.Collection collection, Ddl.AlterField command, Facts facts) {
    for (String key : command.set().keySet()) {
      if (!ALTERABLE.contains(key) && !PropertyRules.isWarmup(key)) {
        throw ElanusException.invalid(key + " does not allow update in collection field param");
      }
      refuseLoaded(key, collection, facts);
    }
    for (String key : command.delete()) {
      if (!PropertyRules.isMmap(key) && !PropertyRules.isWarmup(key)) {
        throw ElanusException.invalid(key + " is not allowed to drop in collection field param");
      }
      refuseLoaded(key, collection, facts);
    }
  }

  private static void refuseLoaded(String key, RootEntry.Collection collection, Facts facts) {
    if (facts.loaded() && PropertyRules.isMmap(key)) {
      throw new ElanusException(
              ErrorCode.COLLECTION_LOADED,
              "can not alter collection field properties if collection loaded")
          .with("collection", collection.name());
    }
    if (facts.loaded() && PropertyRules.isWarmup(key)) {
      throw new ElanusException(
              ErrorCode.COLLECTION_LOADED, "can not alter warmup if collection loaded")
          .with("collection", collection.name());
    }
  }

  private static String checkedValue(FieldSchema field, String key, String value) {
    return switch (key) {
      case "max_length" -> {
        boolean text =
            field.type() == DataType.VARCHAR
                || field.elementType().equals(Optional.of(DataType.VARCHAR));
        if (!text) {
          throw ElanusException.invalid("can not modify the maxlength for non-string types");
        }
        yield PropertyRules.checkedNumber(
            field,
            value,
            65_535,
            "the maximum length specified for the field("
                + field.name()
                + ") should be in (0, 65535]");
      }
      case "max_capacity" -> {
        if (field.type() != DataType.ARRAY) {
          throw ElanusException.invalid("can not modify the max capacity for non-array types");
        }
        yield PropertyRules.checkedNumber(
            field,
            value,
            4096,
            "the maximum capacity specified for a Array should be in (0, 4096]");
      }
      default -> value;
    };
  }
}
