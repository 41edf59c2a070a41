package io.elanus.proxy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Properties of collections and databases. Known ones are checked, and those whose feature is not
 * built are refused by name. So are unknown ones with a beginning that Milvus uses: a slip of the
 * pen, or a feature of a later version. Other names are a user's own, and kept as in Milvus.
 */
final class PropertyChecks {
  static final String ISOLATION = "partitionkey.isolation";
  static final String ALLOW_AUTO_ID = "allow_insert_auto_id";
  static final String DYNAMIC = "dynamicfield.enabled";
  static final String MMAP = "mmap.enabled";

  private static final long MAX_TTL_SECONDS = 3_155_760_000L;
  private static final Set<String> WARMUP_POLICIES = Set.of("sync", "async", "disable");

  private static final List<String> BOOLEANS =
      List.of(
          ISOLATION,
          ALLOW_AUTO_ID,
          "collection.autocompaction.enabled",
          "collection.function.allowInsertNonBM25FunctionOutputs",
          "disable_func_runtime_check");

  /**
   * Those that do something here, and those that say how a thing is held, of which there is one way
   * here.
   */
  private static final Set<String> OF_COLLECTIONS =
      Set.of(
          ISOLATION,
          ALLOW_AUTO_ID,
          DYNAMIC,
          MMAP,
          "collection.ttl.seconds",
          "ttl_field",
          "timezone",
          "collection.autocompaction.enabled",
          "collection.replica.number",
          "collection.resource_groups",
          "collection.description",
          "consistency_level",
          "collection.function.allowInsertNonBM25FunctionOutputs",
          "disable_func_runtime_check",
          "query_mode",
          "load_priority",
          "lazyload.enabled");

  private static final Set<String> OF_DATABASES =
      Set.of("timezone", MMAP, "database.replica.number", "database.resource_groups");

  private static final List<String> RESERVED =
      List.of(
          "collection.",
          "database.",
          "partition",
          "dynamicfield",
          "allow_insert",
          "mmap",
          "lazyload",
          "namespace",
          "cipher.",
          "field.",
          "index.",
          "replicate.",
          "function.",
          "warmup",
          "ttl",
          "timezone",
          "query_mode",
          "load_priority");

  private static final String DENIALS = "database.force.deny.";

  /** Prefixes of properties that would have to be enforced. */
  private static final List<String> UNBUILT =
      List.of(
          "namespace.",
          "cipher.",
          "collection.external_",
          "collection.insertRate.",
          "collection.upsertRate.",
          "collection.deleteRate.",
          "collection.bulkLoadRate.",
          "collection.queryRate.",
          "collection.searchRate.",
          "collection.diskProtection.",
          "partition.diskProtection.",
          "database.diskQuota.",
          "database.max.collections");

  private PropertyChecks() {}

  static boolean isTrue(Map<String, String> properties, String key) {
    return properties.getOrDefault(key, "false").equalsIgnoreCase("true");
  }

  static void checkCollection(Map<String, String> properties, List<FieldSchema> fields) {
    checkUnbuilt(properties);
    checkTimezone(properties);
    checkTtl(properties);
    checkLoading(properties);
    BOOLEANS.forEach(key -> checkBoolean(properties, key));
    checkTtlField(properties, fields);
    checkReplicas(properties, "collection.replica.number");
    checkGroups(properties, "collection");
    checkKnown(properties, OF_COLLECTIONS, "collection");
  }

  private static void checkKnown(Map<String, String> properties, Set<String> known, String what) {
    for (String key : properties.keySet()) {
      boolean reserved = RESERVED.stream().anyMatch(key::startsWith);
      if (reserved && !known.contains(key) && !isWarmup(key) && !key.startsWith(DENIALS)) {
        throw ElanusException.invalid("property " + key + " of a " + what + " is not known");
      }
    }
  }

  /** How many there may be is found out when something is loaded. */
  private static void checkReplicas(Map<String, String> properties, String key) {
    String text = properties.getOrDefault(key, "1");
    try {
      if (Integer.parseInt(text.strip()) >= 0) {
        return;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw ElanusException.invalid(
        "property %s should be a number from 0, got %s".formatted(key, text));
  }

  /** Whether they are there is found out when something is loaded. */
  private static void checkGroups(Map<String, String> properties, String of) {
    LoadDefaults.groups(properties, of).forEach(NameChecks::checkResourceGroup);
  }

  static void checkDatabase(Map<String, String> properties) {
    checkUnbuilt(properties);
    checkTimezone(properties);
    checkLoading(properties);
    properties.forEach((key, value) -> {
      if (key.startsWith(DENIALS) && !value.equalsIgnoreCase("false")) {
        throw ElanusException.invalid("property " + key + " is not supported yet");
      }
    });
    checkReplicas(properties, "database.replica.number");
    checkGroups(properties, "database");
    checkKnown(properties, OF_DATABASES, "database");
  }

  private static void checkUnbuilt(Map<String, String> properties) {
    for (String key : properties.keySet()) {
      if (UNBUILT.stream().anyMatch(key::startsWith)) {
        throw ElanusException.invalid("property " + key + " is not supported yet");
      }
    }
    String mode = properties.get("query_mode");
    if (mode != null && !mode.isEmpty()) {
      throw ElanusException.invalid("property query_mode=" + mode + " is not supported yet");
    }
  }

  private static void checkTimezone(Map<String, String> properties) {
    String zone = properties.get("timezone");
    if (zone == null) {
      return;
    }
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw ElanusException.invalid("unknown or invalid IANA Time Zone ID: " + zone);
    }
  }

  private static void checkTtl(Map<String, String> properties) {
    String text = properties.get("collection.ttl.seconds");
    if (text == null) {
      return;
    }
    long seconds;
    try {
      seconds = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ElanusException.invalid("collection TTL is not a valid positive integer");
    }
    if (seconds < -1 || seconds > MAX_TTL_SECONDS) {
      throw ElanusException.invalid(
          "collection TTL is out of range, expect [-1, 3155760000], got " + seconds);
    }
  }

  private static void checkTtlField(Map<String, String> properties, List<FieldSchema> fields) {
    String name = properties.get("ttl_field");
    if (name == null) {
      return;
    }
    if (properties.containsKey("collection.ttl.seconds")) {
      throw ElanusException.invalid("collection TTL and ttl field cannot be set at the same time");
    }
    if (fields.stream().noneMatch(field -> field.name().equals(name))) {
      throw ElanusException.invalid("ttl field name " + name + " not found in schema");
    }
    throw ElanusException.invalid("ttl field must be timestamptz, field name = " + name);
  }

  /** Keys that say how data is held while loaded; all ways of holding it are the same here. */
  static void checkLoading(Map<String, String> properties) {
    String mmap = properties.getOrDefault(MMAP, "true");
    if (!mmap.equalsIgnoreCase("true") && !mmap.equalsIgnoreCase("false")) {
      throw ElanusException.invalid("invalid mmap.enabled value: " + mmap);
    }
    properties.forEach((key, value) -> {
      if (isWarmup(key) && !WARMUP_POLICIES.contains(value.toLowerCase(Locale.ROOT))) {
        throw ElanusException.invalid("invalid warmup policy: " + value);
      }
    });
  }

  static boolean isWarmup(String key) {
    return key.equals("warmup") || key.startsWith("warmup.");
  }

  private static void checkBoolean(Map<String, String> properties, String key) {
    String value = properties.getOrDefault(key, "true");
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw ElanusException.invalid("invalid value of property " + key + ": " + value);
    }
  }
}
