package io.elanus.coordinator.root;

import static io.elanus.coordinator.root.RootDecisions.changed;
import static io.elanus.coordinator.root.RootDecisions.nothing;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Properties of a collection, its description, its consistency level, the dynamic field. */
final class PropertyRules {
  private static final String DESCRIPTION = "collection.description";
  private static final String CONSISTENCY = "consistency_level";
  private static final String DYNAMIC = "dynamicfield.enabled";
  private static final String ISOLATION = "partitionkey.isolation";

  private PropertyRules() {}

  static Decision<RootEntry, List<Long>> alter(
      RootState state, Ddl.AlterCollection command, Fresh fresh, Facts facts) {
    checkShape(command.set(), command.delete());
    RootEntry.Collection collection = state.collection(command.database(), command.collection());
    if (command.delete().contains(DYNAMIC)) {
      throw ElanusException.invalid(
          "cannot delete key dynamicfield.enabled,"
              + " dynamic field schema could support set to true/false");
    }
    if (command.set().containsKey(DYNAMIC)) {
      return alterDynamic(state, collection, command.set(), fresh);
    }
    checkLoaded(collection, command, facts);
    checkIsolation(collection, command, facts);
    return changed(List.of(collection.id()), Change.put(altered(collection, command)));
  }

  static void checkShape(Map<String, String> set, List<String> delete) {
    if (set.isEmpty() && delete.isEmpty()) {
      throw ElanusException.invalid("no properties or delete keys provided");
    }
    if (!set.isEmpty() && !delete.isEmpty()) {
      throw ElanusException.invalid(
          "cannot provide both properties and delete keys in one request");
    }
  }

  private static Decision<RootEntry, List<Long>> alterDynamic(
      RootState state, RootEntry.Collection collection, Map<String, String> set, Fresh fresh) {
    if (set.size() > 1) {
      throw ElanusException.invalid(
          "cannot alter dynamic schema with other properties at the same time");
    }
    boolean wanted = flag(DYNAMIC, set.getOrDefault(DYNAMIC, ""));
    CollectionSchema schema = collection.schema();
    if (wanted == schema.enableDynamicField()) {
      return nothing();
    }
    CollectionSchema target =
        wanted
            ? Schemas.plusDynamic(schema)
            : Schemas.minus(schema, schema.dynamicField().orElseThrow());
    return FieldRules.schemaChange(state, collection, target, fresh);
  }

  private static boolean flag(String key, String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw ElanusException.invalid(
              "value of " + key + " should be true or false, but got " + text);
    };
  }

  private static void checkLoaded(
      RootEntry.Collection collection, Ddl.AlterCollection command, Facts facts) {
    if (!facts.loaded()) {
      return;
    }
    for (String key : new TreeSet<>(command.set().keySet())) {
      refuseLoaded("alter", key, collection);
    }
    for (String key : command.delete()) {
      refuseLoaded("delete", key, collection);
    }
  }

  private static void refuseLoaded(String verb, String key, RootEntry.Collection collection) {
    if (isMmap(key)) {
      throw new ElanusException(
              ErrorCode.COLLECTION_LOADED,
              "can not " + verb + " mmap properties if collection loaded")
          .with("collection", collection.name());
    }
    if (isWarmup(key)) {
      throw new ElanusException(
              ErrorCode.COLLECTION_LOADED,
              "can not " + verb + " warmup properties if collection loaded")
          .with("collection", collection.name());
    }
  }

  static boolean isMmap(String key) {
    return key.equals("mmap.enabled") || key.equals("mmap_enabled");
  }

  static boolean isWarmup(String key) {
    return key.equals("warmup") || key.startsWith("warmup.");
  }

  private static void checkIsolation(
      RootEntry.Collection collection, Ddl.AlterCollection command, Facts facts) {
    boolean touched = command.set().containsKey(ISOLATION) || command.delete().contains(ISOLATION);
    if (!touched) {
      return;
    }
    boolean before = isolated(collection.properties());
    boolean after =
        isolated(DatabaseRules.altered(collection.properties(), command.set(), command.delete()));
    if (after && collection.schema().partitionKey().isEmpty()) {
      throw new ElanusException(
          ErrorCode.ILLEGAL_SCHEMA,
          "partition key isolation mode is enabled but no partition key field is set."
              + " Please set the partition key first");
    }
    if (before != after && facts.vectorIndexed()) {
      throw new ElanusException(
              ErrorCode.INDEX_DUPLICATE,
              "can not alter partition key isolation mode while a vector index exists,"
                  + " drop the index first")
          .with("collection", collection.name());
    }
  }

  private static boolean isolated(Map<String, String> properties) {
    return flag(ISOLATION, properties.getOrDefault(ISOLATION, "false"));
  }

  private static RootEntry.Collection altered(
      RootEntry.Collection collection, Ddl.AlterCollection command) {
    Map<String, String> set = new HashMap<>(command.set());
    String description = set.remove(DESCRIPTION);
    String consistency = set.remove(CONSISTENCY);
    Map<String, String> properties =
        DatabaseRules.altered(collection.properties(), set, command.delete());
    return collection.withProperties(
        Schemas.described(
            collection.schema(),
            description == null ? collection.schema().description() : description,
            properties),
        properties,
        consistency == null ? collection.consistency() : consistency(consistency));
  }

  /** By name, without regard to case, or by wire number. */
  private static Consistency consistency(String text) {
    for (Consistency level : Consistency.values()) {
      if (level.name().equalsIgnoreCase(text.strip())
          || String.valueOf(level.ordinal()).equals(text.strip())) {
        return level;
      }
    }
    throw ElanusException.invalid("invalid consistency level: " + text);
  }

  /** Text of the parameter after it was checked to lie in a range. */
  static String checkedNumber(FieldSchema field, String value, int limit, String sentence) {
    try {
      int number = Integer.parseInt(value.strip());
      if (number > 0 && number <= limit) {
        return value.strip();
      }
    } catch (NumberFormatException e) {
      // refused below, with the text as it was given
    }
    throw ElanusException.invalid(sentence + ", but got " + value + " instead")
        .with("field", field.name());
  }
}
