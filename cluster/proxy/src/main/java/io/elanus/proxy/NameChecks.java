package io.elanus.proxy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What a name may look like, entity by entity. */
final class NameChecks {
  static final int MAX_BYTES = 255;

  private static final Set<String> KEYWORDS =
      Set.of(
          "like",
          "exists",
          "EXISTS",
          "and",
          "or",
          "not",
          "in",
          "true",
          "True",
          "TRUE",
          "false",
          "False",
          "FALSE",
          "json_contains",
          "JSON_CONTAINS",
          "json_contains_all",
          "JSON_CONTAINS_ALL",
          "json_contains_any",
          "JSON_CONTAINS_ANY",
          "array_contains",
          "ARRAY_CONTAINS",
          "array_contains_all",
          "ARRAY_CONTAINS_ALL",
          "array_contains_any",
          "ARRAY_CONTAINS_ANY",
          "array_length",
          "ARRAY_LENGTH",
          "text_match",
          "TEXT_MATCH",
          "phrase_match",
          "PHRASE_MATCH",
          "random_sample",
          "RANDOM_SAMPLE");

  private NameChecks() {}

  static void checkCollection(String name) {
    checkEntity("collection name", "collection name", name);
  }

  static void checkAlias(String name) {
    checkEntity("collection alias", "collection alias", name);
  }

  static void checkResourceGroup(String name) {
    checkEntity("resource group name", "resource group name", name);
  }

  private static void checkEntity(String entity, String label, String name) {
    if (name.isBlank()) {
      throw ElanusException.invalid(entity + " should not be empty");
    }
    String invalid = "Invalid " + label + ": " + name + ". ";
    if (tooLong(name)) {
      throw ElanusException.invalid(
          invalid + "the length of a " + entity + " must be less than 255 characters");
    }
    if (!startsLikeWord(name)) {
      throw ElanusException.invalid(
          invalid + "the first character of a " + entity + " must be an underscore or letter");
    }
    if (!isWord(name, "")) {
      throw ElanusException.invalid(
          invalid + entity + " can only contain numbers, letters and underscores");
    }
  }

  static void checkDatabase(String name) {
    if (name.isBlank()) {
      throw invalidDatabase("database name couldn't be empty", name);
    }
    if (tooLong(name)) {
      throw invalidDatabase("the length of a database name must be less than 255 characters", name);
    }
    if (!startsLikeWord(name)) {
      throw invalidDatabase(
          "the first character of a database name must be an underscore or letter", name);
    }
    if (!isWord(name, "")) {
      throw invalidDatabase(
          "database name can only contain numbers, letters and underscores", name);
    }
  }

  private static ElanusException invalidDatabase(String sentence, String name) {
    return new ElanusException(ErrorCode.INVALID_DATABASE_NAME, sentence).with("database", name);
  }

  static void checkPartition(String name) {
    String invalid = "Invalid partition name: " + name + ". ";
    if (name.isBlank()) {
      throw ElanusException.invalid(invalid + "Partition name should not be empty.");
    }
    if (tooLong(name)) {
      throw ElanusException.invalid(
          invalid + "The length of a partition name must be less than 255 characters.");
    }
    if (!startsLikeWord(name) && !isDigit(name.charAt(0))) {
      throw ElanusException.invalid(
          invalid + "The first character of a partition name must be an underscore or letter.");
    }
    if (!isWord(name, "-")) {
      throw ElanusException.invalid(
          invalid + "Partition name can only contain numbers, letters and underscores.");
    }
  }

  static void checkField(String name) {
    String invalid = "Invalid field name: " + name + ". ";
    if (name.isBlank()) {
      throw invalidField("field name should not be empty", name);
    }
    if (tooLong(name)) {
      throw invalidField(
          invalid + "The length of a field name must be less than 255 characters.", name);
    }
    if (!startsLikeWord(name)) {
      throw invalidField(
          invalid + "The first character of a field name must be an underscore or letter.", name);
    }
    if (!isWord(name, "")) {
      throw invalidField(
          invalid + "Field name can only contain numbers, letters, and underscores.", name);
    }
    if (KEYWORDS.contains(name)) {
      throw invalidField(invalid + name + " is keyword in milvus.", name);
    }
  }

  private static ElanusException invalidField(String sentence, String name) {
    return new ElanusException(ErrorCode.FIELD_NAME_INVALID, sentence).with("field", name);
  }

  static void checkIndex(String name) {
    String invalid = "Invalid index name: " + name + ". ";
    if (tooLong(name)) {
      throw ElanusException.invalid(
          invalid + "The length of a index name must be less than 255 characters.");
    }
    if (!startsLikeWord(name)) {
      throw ElanusException.invalid(
          invalid + "The first character of a index name must be an underscore or letter.");
    }
    if (!isWord(name, "[]")) {
      throw ElanusException.invalid(
          invalid + "Index name can only contain numbers, letters, and underscores.");
    }
  }

  static boolean isIdentifier(String name) {
    return !name.isEmpty() && startsLikeWord(name) && isWord(name, "");
  }

  private static boolean tooLong(String name) {
    return name.length() > MAX_BYTES || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }

  private static boolean startsLikeWord(String name) {
    char first = name.charAt(0);
    return first == '_' || isLetter(first);
  }

  private static boolean isWord(String name, String more) {
    return name.chars()
        .allMatch(c -> c == '_' || isLetter(c) || isDigit(c) || more.indexOf(c) >= 0);
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
